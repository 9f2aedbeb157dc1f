import { join } from 'node:path'

/** Where everything lies in a machine's folder. */
export interface FolderPaths {
  folder: string
  /** Written by the provider: who this machine is to the daemon. */
  boot: string
  /** Written by the provider: the work, for when no daemon answers. */
  assignment: string
  /** The machine's own id; written once, by provider or agent, whoever is first. */
  machine: string
  /** Held by the one agent of this folder. */
  lock: string
  standing: string
  /** Whole runs, each with its manifest, and at the very end the closing document. */
  results: string
  resultsTmp: string
  closing: string
  samplesheet: string
  nextflowConfig: string
  /** Where Nextflow is started: it keeps its history and log there. */
  launch: string
  work: string
  out: string
  pipelineLog: string
  agentLog: string
  trace(execution: number): string
}

/** The paths of a machine's folder. */
export function folderPaths(folder: string): FolderPaths {
  const at = (name: string): string => join(folder, name)
  return {
    folder,
    boot: at('boot.json'),
    assignment: at('assignment.json'),
    machine: at('machine.json'),
    lock: at('agent.lock'),
    standing: at('standing.json'),
    results: at('results'),
    resultsTmp: at('results.tmp'),
    closing: join(at('results'), 'DONE.json'),
    samplesheet: at('samplesheet.csv'),
    nextflowConfig: at('agent.config'),
    launch: at('launch'),
    work: at('work'),
    out: at('out'),
    pipelineLog: at('pipeline.log'),
    agentLog: at('agent.log'),
    // There, because a pipeline with a user of its own writes nowhere else.
    trace: execution => join(at('launch'), `trace-${execution}.txt`),
  }
}
