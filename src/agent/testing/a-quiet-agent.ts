import { mkdirSync } from 'node:fs'
import type { Assignment } from '../../api/assignment.ts'
import type { Agent } from '../agent.ts'
import { Board } from '../board.ts'
import { Facts } from '../facts.ts'
import { folderPaths } from '../folder-paths.ts'
import { Halt } from '../halt.ts'
import { TaskBook } from '../task-book.ts'
import { Bell, systemTiming } from '../timing.ts'
import type { Work } from '../work-in-hand.ts'
import { newFolder } from './new-folder.ts'

/** An agent in a folder of its own that speaks to nobody, for tests of its parts. */
export function aQuietAgent(runs: string[]): Agent {
  const paths = folderPaths(newFolder())
  for (const folder of [paths.work, paths.out, paths.results, paths.resultsTmp]) mkdirSync(folder)
  const seconds = { offlineSeconds: 1, graceSeconds: 1, pollSeconds: 0.01, retrySeconds: 0.01, callSeconds: 1 }
  return {
    config: { paths, boot: { version: 1, attemptId: 'a1', token: 't', ...seconds }, machineName: 'mf-test', environment: {} },
    machineId: 'm1',
    timing: systemTiming,
    log: { say: () => undefined, warn: () => undefined },
    halt: new Halt(),
    daemon: undefined,
    facts: new Facts(),
    board: new Board(runs),
    beatBell: new Bell(),
    beatSeconds: 1,
    progressAtMs: 0,
  }
}

/** Work over the agent's runs in which nothing has happened yet. */
export function freshWork(agent: Agent, assignment: Assignment): Work {
  return { assignment, tasks: new TaskBook(agent.board.runs), hindrances: new Map(), spent: new Set(), samplesheet: '' }
}
