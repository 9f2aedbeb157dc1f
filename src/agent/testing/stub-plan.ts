/** What the stub of Nextflow is to do: one plan for each execution; the last one also for every later one. */
export interface StubPlan {
  executions: StubExecution[]
}

/** Steps in order, then an end. Steps of runs that are not in the samplesheet are left out, as Nextflow would. */
export interface StubExecution {
  steps: StubStep[]
  end: { exit: number } | 'hang' | 'kill -9'
  /** Taken on TERM, before exit 1: Nextflow tells of the tasks that die with it. */
  onTerm?: StubStep[]
}

export type StubStep =
  /** A row of the trace, with what the task left on stderr. */
  | {
      kind: 'task'
      run: string
      process: string
      status: string
      exit: string
      attempt?: number
      action?: string
      stderr?: string
    }
  /** Output files below the output folder, and a list of them where `complete` says so: right, cut short, or with wrong hashes. */
  | { kind: 'outputs'; run: string; files: Record<string, string>; complete?: 'right' | 'cut' | 'wrong hashes' }
  /** A link below the output folder; `work/…` as target lies in the work folder. */
  | { kind: 'link'; run: string; path: string; to: string }
  | { kind: 'pipe'; run: string; path: string }
  /** A program that outlives Nextflow in a session of its own; `deaf` ones ignore TERM. */
  | { kind: 'orphan'; deaf: boolean }
  | { kind: 'print'; text: string }
  | { kind: 'sleep'; ms: number }
  /** Waits until a file of this name lies in the launch folder. */
  | { kind: 'wait for'; file: string }
