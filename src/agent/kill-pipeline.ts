import { readdirSync, readFileSync, statSync } from 'node:fs'
import { parseStat, type ProcessStat } from './machine-id.ts'
import type { AgentLog } from './agent-log.ts'
import type { Timing } from './timing.ts'

/** The name in the environment of everything that a pipeline starts; its value is the attempt's id. */
export const pipelineMarker = 'MICROFETCH_PIPELINE'

/** A program on this machine, with whether its environment bears our marker, or its user is the pipeline's own. */
export type SeenProgram = ProcessStat & { isMarked: boolean }

/** Whose pipeline is ended, and how long it may take over it. */
export interface PipelineOfBoot {
  attemptId: string
  graceSeconds: number
  runAs?: { uid: number } | undefined
}

/** How often and how long we look after a signal, in milliseconds. */
const lookMs = 25
const mostKillMs = 20_000

/**
 * Which programs belong to the agent's pipeline: those with the marker (a killed Nextflow leaves its task shells alive, adopted by
 * pid 1), those that descend from the agent, and those of its session where it leads one (whoever cleared the environment is found so).
 */
export function programsOfPipeline(seen: readonly SeenProgram[], agentPid: number): SeenProgram[] {
  const byPid = new Map(seen.map(program => [program.pid, program]))
  const leadsSession = byPid.get(agentPid)?.session === agentPid
  return seen.filter(program => {
    if (program.pid === agentPid || program.state === 'Z') return false
    if (program.isMarked || (leadsSession && program.session === agentPid)) return true
    return descendsFrom(program, agentPid, byPid)
  })
}

function descendsFrom(program: SeenProgram, ancestor: number, byPid: ReadonlyMap<number, SeenProgram>): boolean {
  let at: SeenProgram | undefined = program
  for (let steps = 0; at !== undefined && steps < 1000; steps++) {
    if (at.parent === ancestor) return true
    at = byPid.get(at.parent)
  }
  return false
}

/** Every program that /proc shows. Whatever belongs to the pipeline's own user, where it has one, is marked as its own. */
export function seePrograms(attemptId: string, user?: { uid: number }): SeenProgram[] {
  const marker = Buffer.from(`\0${pipelineMarker}=${attemptId}\0`)
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))
      return stat === undefined ? [] : [{ ...stat, isMarked: hasMarker(name, marker) || isOf(name, user) }]
    } catch {
      return [] // it ended while we looked
    }
  })
}

function isOf(pid: string, user: { uid: number } | undefined): boolean {
  return user !== undefined && statSync(`/proc/${pid}`).uid === user.uid
}

function hasMarker(pid: string, marker: Buffer): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`)
    return Buffer.concat([Buffer.from('\0'), environment, Buffer.from('\0')]).includes(marker)
  } catch {
    return false // another user's
  }
}

/**
 * Ends the pipeline: TERM to all of it, so that Nextflow cancels what it has submitted elsewhere and tasks in containers are stopped;
 * after the grace KILL, again and again until nothing is left. Gives the pids that would not go (stuck in the kernel), usually none.
 */
export async function killPipeline(boot: PipelineOfBoot, timing: Timing, log: AgentLog): Promise<number[]> {
  const { attemptId, graceSeconds, runAs } = boot
  const alive = (): SeenProgram[] => programsOfPipeline(seePrograms(attemptId, runAs), process.pid)
  const first = alive()
  if (first.length === 0) return []
  log.say('ending the pipeline', { programs: first.length, graceSeconds })
  signalAll(first, 'SIGTERM')
  const termAtMs = timing.nowMs()
  while (timing.nowMs() - termAtMs < graceSeconds * 1000) {
    await timing.sleep(lookMs)
    if (alive().length === 0) return []
  }
  const killAtMs = timing.nowMs()
  for (;;) {
    const left = alive()
    if (left.length === 0) return []
    if (timing.nowMs() - killAtMs > mostKillMs) {
      log.warn('programs of the pipeline do not end', { pids: left.map(program => program.pid) })
      return left.map(program => program.pid)
    }
    signalAll(left, 'SIGKILL')
    await timing.sleep(lookMs)
  }
}

function signalAll(programs: readonly SeenProgram[], signal: NodeJS.Signals): void {
  for (const { pid } of programs) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
