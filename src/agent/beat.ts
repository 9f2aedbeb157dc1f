import { lstat } from 'node:fs/promises'
import { wireVersion } from '../api/assignment.ts'
import { beatReply, callbackPaths } from '../api/callbacks.ts'
import type { Progress, Standing } from '../api/closing.ts'
import type { Agent } from './agent.ts'
import { isCode, shownMode, writeFileAtomically } from './atomic-file.ts'
import { hasMoved, measureProgress } from './progress.ts'

// Finished machines are waited for, not watched.
const slowness = 2

/** Beats until the agent leaves: measures, renews `standing.json`, tells the daemon, and does what its reply asks. */
export async function beatUntilLeft(agent: Agent): Promise<void> {
  const { halt, timing } = agent
  let before: Progress | undefined
  for (let beat = 1; !halt.leave.aborted; beat++) {
    // Taken first: what rings while we measure and speak is worth a beat of its own.
    const bell = agent.beatBell.signal
    try {
      if (await isFolderGone(agent)) {
        halt.ask('gone')
        return
      }
      const progress = await measureProgress(agent)
      if (hasMoved(before, progress)) agent.progressAtMs = timing.nowMs()
      before = progress
      if (!halt.gone.aborted) await writeStanding(agent, beat, progress)
      await tellBeat(agent, beat, progress)
    } catch (error) {
      // A beat that cannot be measured or written, on a full disk say, is missed; the next may do.
      agent.log.warn('beat failed', { beat, error })
    }
    const seconds = agent.beatSeconds * (agent.board.phase === 'done' ? slowness : 1)
    // A little early or late, so that many agents do not beat together.
    await timing.sleep(seconds * 1000 * (0.9 + 0.2 * timing.chance()), halt.leave, bell)
  }
}

/** A machine without its own file has been destroyed: nobody can find it, nor anything that it would still make. */
async function isFolderGone(agent: Agent): Promise<boolean> {
  return lstat(agent.config.paths.machine).then(
    () => false,
    (error: unknown) => isCode(error, 'ENOENT', 'ENOTDIR'),
  )
}

async function writeStanding(agent: Agent, beat: number, progress: Progress): Promise<void> {
  const standing: Standing = {
    version: wireVersion,
    attemptId: agent.config.boot.attemptId,
    machineId: agent.machineId,
    beat,
    progress,
    outcomes: agent.board.outcomes(),
  }
  await writeFileAtomically(agent.config.paths.standing, JSON.stringify(standing), false, shownMode)
}

async function tellBeat(agent: Agent, beat: number, progress: Progress): Promise<void> {
  if (agent.daemon?.registered !== true) return
  const answer = await agent.daemon.say(callbackPaths.beat, { beat, progress }, beatReply)
  if (answer.kind === 'gone') agent.halt.ask('gone')
  if (answer.kind === 'refused') agent.log.warn('beat refused', { why: answer.why })
  if (answer.kind !== 'heard') return
  if (answer.reply.stop && agent.board.phase !== 'done') agent.halt.ask('dismissed')
}
