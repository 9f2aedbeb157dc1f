import type { RunStatusWord } from './taxon.ts'

/** How far the work of a taxon is, as the original's file tells it. */
export interface TaxonProgress {
  /** Causes of open attention. */
  needs: readonly string[]
  /** It was checked well at least once. */
  isChecked: boolean
  /** A check has begun, well or not. */
  isBegun: boolean
  hasUnjudged: boolean
  hasWanted: boolean
  /** It has runs in batches of these states, which are still to be brought home. */
  isQueued: boolean
  isWorking: boolean
  isFinished: boolean
  /** Addresses of machines, not yet gone, that hold or held runs that it accepts. */
  addresses: readonly string[]
  failedRuns: number
  /** What a person should know and need not act on. */
  warning: string
}

/** The original's word, the first that fits: a person is needed, something is batched or worked on, all of it is finished, or it rests. */
export function statusWordOf(progress: TaxonProgress): RunStatusWord {
  if (progress.needs.length > 0) return 'error'
  if (progress.isQueued || progress.isWorking) return 'in progress'
  if (progress.isFinished) return 'ready'
  if (!progress.isChecked) return ''
  return warningOf(progress) === '' ? 'complete' : 'warning'
}

/** What a person should know: the taxon's own warning, and how many runs failed. */
export function warningOf({ warning, failedRuns }: TaxonProgress): string {
  const failed = failedRuns === 0 ? '' : `${failedRuns} ${failedRuns === 1 ? 'run' : 'runs'} failed`
  return [warning, failed].filter(part => part !== '').join('; ')
}

/** The stages of the file, by number. */
export const stageNames = ['new', 'discover', 'filter', 'batch', 'provision', 'work', 'collect', 'destroy', 'complete'] as const

/** The furthest stage at which something of the taxon is; at rest it is complete, and one never checked is new. */
export function stageOf(progress: TaxonProgress): { number: number; name: (typeof stageNames)[number] } {
  const at: [boolean, (typeof stageNames)[number]][] = [
    [progress.addresses.length > 0 && !progress.isWorking && !progress.isFinished && !progress.isQueued, 'destroy'],
    [progress.isFinished, 'collect'],
    [progress.isWorking, 'work'],
    [progress.isQueued, 'provision'],
    [progress.hasWanted, 'batch'],
    [progress.hasUnjudged, 'filter'],
    [progress.isChecked, 'complete'],
    [progress.isBegun, 'discover'],
  ]
  const name = at.find(([isThere]) => isThere)?.[1] ?? 'new'
  return { number: stageNames.indexOf(name), name }
}
