import { Problem } from '../../../core/problem.ts'
import type { Source } from '../../sources/source.ts'

const asked = new WeakSet<Source>()

/** Asks the archive, once in the life of the program, whether it still has the columns we need. */
export async function requireFields(source: Source): Promise<void> {
  if (asked.has(source)) return
  try {
    await source.checkFields()
  } catch (error) {
    throw error instanceof Problem && error.code === 'broken-answer' ? new MissingColumns(error) : error
  }
  asked.add(source)
}

/** The archive lacks a column that we need: no taxon is to blame. */
export class MissingColumns extends Problem {
  constructor(cause: Problem) {
    super('broken-answer', cause.message, { cause })
  }
}
