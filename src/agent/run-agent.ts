import type { ClosingDocument } from '../api/closing.ts'
import { describeError, Problem } from '../core/problem.ts'
import { type Agent, settleRun } from './agent.ts'
import { openAgentLog } from './agent-log.ts'
import { beatUntilLeft } from './beat.ts'
import { Board } from './board.ts'
import { closeForPredecessor } from './close-for-predecessor.ts'
import { close, readClosing } from './closing.ts'
import type { AgentConfig } from './config.ts'
import { Facts } from './facts.ts'
import { Halt } from './halt.ts'
import { openToCollectors } from './hand-to.ts'
import { killPipeline } from './kill-pipeline.ts'
import { takeLock, takeOverLock } from './lock.ts'
import { claimMachine } from './machine-file.ts'
import { keepRegistering, obtainAssignment } from './register.ts'
import { openDaemon } from './say.ts'
import { failed } from './outcome-of-run.ts'
import { Bell, systemTiming } from './timing.ts'
import { doWork } from './work.ts'

/** `left`: it has done its part and was sent away · `refused`: this folder has, or had, another agent. */
export type AgentEnd = 'left' | 'refused'

// How often an agent that waits for its work renews its standing.
const waitingBeatSeconds = 5

/** An agent's whole life: work once, close, and wait to be destroyed. It never destroys its machine or its results by itself. */
export async function runAgent(config: AgentConfig): Promise<AgentEnd> {
  await openToCollectors(config)
  const machineId = await claimMachine(config)
  const agent = makeAgent(config, machineId)
  if (!(await takeFolder(agent))) return 'refused'
  const closing = await readClosing(config.paths.closing)
  process.on('SIGTERM', () => agent.halt.askToLeave())
  process.on('SIGINT', () => agent.halt.askToLeave())
  process.on('SIGHUP', () => undefined) // whoever started it may go home
  agent.log.say('agent starts', { machineId, pid: process.pid, node: process.version, closedBefore: closing !== undefined })

  const beats = beatUntilLeft(agent)
  const telling = agent.facts.tell(agent)
  if (closing === undefined) await workAndClose(agent)
  else standIn(agent, closing)
  agent.board.phase = 'done'
  agent.beatBell.ring()
  await Promise.all([beats, telling])
  if (!agent.halt.gone.aborted) await agent.facts.tellLastTime(agent)
  agent.log.say('agent leaves', { cause: agent.halt.cause, untold: agent.facts.untold })
  return 'left'
}

/** Begun work is not begun again: what another agent works on, or has left without closing, is not this one's. */
async function takeFolder(agent: Agent): Promise<boolean> {
  const { paths, boot } = agent.config
  const locked = await takeLock(paths)
  if (locked === 'taken') return true
  const isClosed = (await readClosing(paths.closing)) !== undefined
  // Where the machine starts its agent anew by itself, nobody else would say what became of the work.
  if (locked === 'held' || (!isClosed && boot.handTo === undefined)) return false
  await takeOverLock(paths)
  if (!isClosed) await closeForPredecessor(agent)
  return true
}

/** Says again what an earlier agent of this folder closed with. */
function standIn(agent: Agent, closing: ClosingDocument): void {
  agent.board = new Board(closing.outcomes.map(outcome => outcome.runAccession))
  for (const outcome of closing.outcomes) agent.board.settle(outcome)
  agent.facts.tellClosing(closing)
  if (agent.daemon !== undefined) void keepRegistering(agent, agent.daemon, async () => undefined)
}

function makeAgent(config: AgentConfig, machineId: string): Agent {
  const { boot, paths } = config
  const { serverUrl, token, callSeconds } = boot
  return {
    config,
    machineId,
    timing: systemTiming,
    log: openAgentLog(paths.agentLog, token, () => new Date()),
    halt: new Halt(),
    daemon: serverUrl === undefined ? undefined : openDaemon({ serverUrl, token, machineId, callSeconds }),
    facts: new Facts(),
    board: new Board([]),
    beatBell: new Bell(),
    beatSeconds: waitingBeatSeconds,
    progressAtMs: 0,
  }
}

async function workAndClose(agent: Agent): Promise<void> {
  const assignment = await obtainAssignment(agent)
  if (assignment === undefined) {
    if (!agent.halt.leave.aborted)
      throw new Problem('bad-input', 'there is neither a daemon to ask nor an assignment.json to work from')
    return
  }
  if (agent.halt.gone.aborted) return
  let ending: string
  try {
    ending = await doWork(agent, assignment)
  } catch (error) {
    // A fault of ours, or of the machine: what is done stays done, and the rest is said to be undone instead of being waited for.
    agent.log.warn('the agent failed', { error })
    await killPipeline(agent.config.boot, agent.timing, agent.log)
    for (const run of agent.board.open())
      settleRun(agent, failed(run, 'PIPE_FAIL', `the agent failed: ${describeError(error)}`, 'retry'))
    ending = 'agent failed'
  }
  if (!agent.halt.gone.aborted) await close(agent, ending)
}
