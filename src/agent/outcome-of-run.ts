import type { Assignment } from '../api/assignment.ts'
import type { RunOutcome } from '../api/closing.ts'
import { isReasonCode, type ReasonCode } from '../core/reason.ts'
import { plainLine } from './plain-text.ts'
import type { TaskRow } from './trace.ts'

type ExitCodes = Assignment['recipe']['exitCodes']
type Cure = 'retry' | 'memory' | 'none'
interface Meaning {
  reason: string
  cure: Cure
}

const longestDetail = 2000
const longestReason = 64

/** What a failed task means for its run. `said` is the task's own word, where it left one. */
export function outcomeOfFailedTask(run: string, row: TaskRow, exitCodes: ExitCodes, said: SaidReason): RunOutcome {
  const meaning = meaningOf(row, exitCodes, said)
  const where = `process=${shortName(row.process)} exit=${row.exit ?? '-'} attempt=${row.attempt}`
  return failed(run, meaning.reason, `${said.detail} ${where}`, meaning.cure)
}

/** A failed outcome, bounded as the wire wants it. */
export function failed(run: string, reason: string, detail: string, cure: Cure): RunOutcome {
  return {
    runAccession: run,
    outcome: 'failed',
    reason: plainLine(reason, longestReason),
    detail: plainLine(detail, longestDetail),
    cure,
  }
}

/** What a failed task said of itself: the line `microfetch-reason: CODE key=value …`, else the end of what it wrote to stderr. */
export interface SaidReason {
  code: ReasonCode | undefined
  detail: string
}

/** Finds a task's own word in what it wrote. */
export function readSaidReason(stderr: string): SaidReason {
  const lines = stderr.split('\n').map(line => plainLine(line, longestDetail))
  const said = lines.filter(line => line.startsWith('microfetch-reason:')).pop()
  const [, code = '', rest = ''] = /^microfetch-reason:\s*(\S+)\s*(.*)$/.exec(said ?? '') ?? []
  if (code === '')
    return {
      code: undefined,
      detail: plainLine(
        lines
          .filter(line => line !== '')
          .slice(-5)
          .join(' / '),
        500,
      ),
    }
  // A code that is not one of ours says more than nothing.
  return isReasonCode(code) ? { code, detail: rest } : { code: undefined, detail: `${code} ${rest}` }
}

function meaningOf(row: TaskRow, exitCodes: ExitCodes, said: SaidReason): Meaning {
  const rows = [exitCodes[row.process], exitCodes[shortName(row.process)], exitCodes['*']]
  const listed = (statuses: string[]): Meaning | undefined => {
    const found = rows.flatMap(row => statuses.flatMap(status => row?.[status] ?? []))
    return found[0]
  }
  const exact = listed(statusesOf(row))
  if (exact !== undefined) return exact
  const any = listed(['*'])
  // The task's own word says more than a row for everything else.
  if (said.code !== undefined) return { reason: said.code, cure: any?.cure ?? 'retry' }
  return any ?? standardMeaning(row)
}

/** How a recipe may write this status; `-` is one that nobody knows. */
function statusesOf(row: TaskRow): string[] {
  if (row.exit !== undefined) return [String(row.exit)]
  // A task that Nextflow itself ended for its time leaves no status on one machine, and 140 on a cluster.
  return row.isOverTime ? ['140', '-'] : ['-']
}

function standardMeaning(row: TaskRow): Meaning {
  switch (row.exit ?? (row.isOverTime ? 140 : undefined)) {
    // Killed: almost always by the kernel or a cgroup, for memory.
    case 137:
      return { reason: 'ASM_OOM' satisfies ReasonCode, cure: 'memory' }
    case 140:
    case 143:
      return { reason: 'ASM_TIME' satisfies ReasonCode, cure: 'none' }
    default:
      return { reason: 'PIPE_FAIL' satisfies ReasonCode, cure: 'retry' }
  }
}

function shortName(process: string): string {
  return process.slice(process.lastIndexOf(':') + 1)
}
