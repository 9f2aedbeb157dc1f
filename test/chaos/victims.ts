import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseStat } from '../../src/daemon/providers/local/running-programs.ts'
import { machineFolders } from './landmarks.ts'
import { programsOfHome } from './left-overs.ts'

/** Who is killed: the daemon, the agent alone, the agent with its group (Nextflow and its tasks are in it), Nextflow alone (its tasks live on). */
export const victims = ['daemon', 'agent', 'whole group', 'Nextflow'] as const
export type Victim = (typeof victims)[number]

/** Kills the victim, if it lives just now; whether it did. */
export function killVictim(victim: Victim, home: string, daemon: ChildProcess): boolean {
  switch (victim) {
    case 'daemon':
      return daemon.exitCode === null && daemon.signalCode === null && daemon.kill('SIGKILL')
    case 'agent':
      return signal(agentOf(home))
    case 'whole group': {
      const agent = agentOf(home)
      return signal(agent === undefined ? undefined : -agent)
    }
    case 'Nextflow':
      return signal(nextflowOf(home))
  }
}

/** The process id of a home's living agent, which leads its group; undefined when there is none. */
function agentOf(home: string): number | undefined {
  return machineFolders(home)
    .map(livingLeader)
    .find(pid => pid !== undefined)
}

function livingLeader(machine: string): number | undefined {
  try {
    const { machineId } = JSON.parse(readFileSync(join(machine, 'machine.json'), 'utf8')) as { machineId: string }
    const [, pid = '', startTicks] = machineId.split('.')
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    if (stat === undefined || stat.startTicks !== startTicks || stat.state === 'Z') return undefined
    return stat.group === stat.pid ? stat.pid : undefined
  } catch {
    return undefined // no id is written yet, or nothing of this number lives
  }
}

/** Nextflow's own program (Java, or the script that is about to become it); its arguments name the agent's configuration. */
function nextflowOf(home: string): number | undefined {
  return programsOfHome(home).find(({ command }) => command.includes('/agent.config '))?.pid
}

function signal(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL')
  } catch {
    return false // it ended by itself meanwhile
  }
}
