import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { wireVersion } from '../api/assignment.ts'
import { type ClosingDocument, closingSchema } from '../api/closing.ts'
import type { Agent } from './agent.ts'
import { shownMode, writeFileAtomically } from './atomic-file.ts'
import { retryMs } from './facts.ts'
import { removeLeft } from './pipeline-user.ts'
import { plainLines } from './plain-text.ts'
import { readTail } from './read-stderr.ts'

const longestTail = 20_000
const longestEnding = 200
const triesWhenLeaving = 3

/** Writes the closing document, last of all and durably, and has it told. A full disk is waited for. */
export async function close(agent: Agent, ending: string): Promise<void> {
  const { paths, boot } = agent.config
  const closing: ClosingDocument = {
    version: wireVersion,
    attemptId: boot.attemptId,
    machineId: agent.machineId,
    ending: ending.slice(0, longestEnding),
    outcomes: agent.board.outcomes(),
    logTail: plainLines(await readTail(paths.folder, paths.pipelineLog), longestTail),
  }
  const isWritten = await writeUntilWritten(agent, JSON.stringify(closing))
  if (!isWritten) return
  agent.log.say('closed', { ending, done: agent.board.countDone(), failed: agent.board.countFailed() })
  agent.facts.tellClosing(closing)
}

async function writeUntilWritten(agent: Agent, text: string): Promise<boolean> {
  const { paths } = agent.config
  for (let failures = 0; !agent.halt.gone.aborted;) {
    try {
      await writeFileAtomically(paths.closing, text, true, shownMode)
      return true
    } catch (error) {
      failures += 1
      agent.log.warn('closing document not written', { failures, error })
      if (agent.halt.leave.aborted && failures >= triesWhenLeaving) return false
      // The pipeline has ended and what is whole lies in the results: this is only in the way now.
      await removeLeft(paths.work, agent.config.boot.runAs)
      await agent.timing.sleep(agent.halt.leave.aborted ? 100 : retryMs(agent, failures), agent.halt.leave)
    }
  }
  return false
}

/** The closing document of this folder's work; undefined while there is none. */
export async function readClosing(path: string): Promise<ClosingDocument | undefined> {
  try {
    return v.parse(closingSchema, JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}
