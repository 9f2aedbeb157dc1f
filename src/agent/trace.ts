import { StringDecoder } from 'node:string_decoder'
import { isCode } from './atomic-file.ts'
import { openLeft } from './open-left.ts'
import type { PipelineUser } from './pipeline-user.ts'

/** The columns that we ask Nextflow's trace for. */
export const traceFields = [
  'process',
  'tag',
  'name',
  'status',
  'exit',
  'attempt',
  'workdir',
  'error_action',
  'time',
  'realtime',
  'duration',
] as const

/** One ended task, as Nextflow's trace tells it. */
export interface TaskRow {
  /** With its scope: `ASSEMBLE:FETCH`. */
  process: string
  tag: string
  name: string
  status: string
  /** Undefined where the trace says `-`: nobody knows. */
  exit: number | undefined
  attempt: number
  workdir: string
  /** What Nextflow did about an error: RETRY, IGNORE, FINISH, TERMINATE; empty when it does not say. */
  errorAction: string
  /** It took longer than its time limit. */
  isOverTime: boolean
}

/** Reads rows of a trace by its header. Lines that do not fit it are left out. */
export class TraceParser {
  #columns: string[] | undefined

  parseLine(line: string): TaskRow | undefined {
    const cells = line.split('\t')
    if (this.#columns === undefined) {
      this.#columns = cells
      return undefined
    }
    if (cells.length !== this.#columns.length) return undefined
    const row = new Map(this.#columns.map((column, at) => [column, cells[at] ?? '']))
    return toTaskRow(column => {
      const cell = row.get(column) ?? ''
      return cell === '-' ? '' : cell
    })
  }
}

function toTaskRow(cell: (column: string) => string): TaskRow {
  const exit = Number.parseInt(cell('exit'), 10)
  const limitMs = Number.parseInt(cell('time'), 10)
  const tookMs = Number.parseInt(cell('realtime') || cell('duration'), 10)
  return {
    process: cell('process') || cell('name').replace(/ \(.*$/, ''),
    tag: cell('tag'),
    name: cell('name'),
    status: cell('status'),
    // Where it does not know, Nextflow has also written the largest integer.
    exit: Number.isInteger(exit) && exit < 256 ? exit : undefined,
    attempt: Number.parseInt(cell('attempt'), 10) || 1,
    workdir: cell('workdir'),
    errorAction: cell('error_action'),
    isOverTime: limitMs > 0 && tookMs >= limitMs,
  }
}

const chunkBytes = 256 * 1024

/** Follows a growing trace file: each call gives the whole lines that were added since the last. */
export class TraceReader {
  readonly #path: string
  readonly #user: PipelineUser | undefined
  readonly #parser = new TraceParser()
  #decoder = new StringDecoder('utf8')
  #offset = 0
  #rest = ''

  constructor(path: string, user?: PipelineUser) {
    this.#path = path
    this.#user = user
  }

  async readNew(): Promise<TaskRow[]> {
    const rows: TaskRow[] = []
    for (const line of await this.#newLines()) {
      const row = this.#parser.parseLine(line)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  async #newLines(): Promise<string[]> {
    let handle
    try {
      handle = await openLeft(this.#path, this.#user)
    } catch (error) {
      if (isCode(error, 'ENOENT')) return []
      throw error
    }
    try {
      const buffer = Buffer.alloc(chunkBytes)
      const lines: string[] = []
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, this.#offset)
        if (bytesRead === 0) return lines
        this.#offset += bytesRead
        const parts = (this.#rest + this.#decoder.write(buffer.subarray(0, bytesRead))).split('\n')
        this.#rest = parts.pop() ?? ''
        lines.push(...parts)
      }
    } finally {
      await handle.close()
    }
  }
}
