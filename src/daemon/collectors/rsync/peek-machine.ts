import * as v from 'valibot'
import { wireVersion } from '../../../api/assignment.ts'
import { closingSchema, standingSchema, type ClosingDocument, type Standing } from '../../../api/closing.ts'
import { Problem, describeError } from '../../../core/problem.ts'
import { hasCode } from '../../../transfer/has-code.ts'
import { readSmallFile } from '../../../transfer/read-small-file.ts'
import type { AttemptPlace, PeekResult } from '../collector.ts'
import { closingName, isReachable, standingName } from './machine-results.ts'

/** A thousand runs with the longest details fit. */
const mostDocumentBytes = 8_000_000

/**
 * Reads what the machine says of itself. A document that is not there is undefined; one that is there but is broken, or speaks of another
 * attempt or machine, makes the machine unreadable. A sound closing document outweighs a broken standing.
 */
export async function peekMachine(place: AttemptPlace): Promise<PeekResult> {
  if (!(await isReachable(place))) return { kind: 'unreachable', why: `there is no folder ${place.address}` }
  try {
    const closing = await readDocument<ClosingDocument>(place, closingName, closingSchema)
    const standing = await readDocument<Standing>(place, standingName, standingSchema).catch((error: unknown) => {
      if (closing === undefined) throw error
      return undefined
    })
    return { kind: 'read', standing, closing }
  } catch (error) {
    if (error instanceof Problem || hasCode(error, 'EACCES', 'EIO', 'ESTALE', 'ENOTDIR'))
      return { kind: 'unreachable', why: describeError(error) }
    throw error
  }
}

type Document = { version: number; attemptId: string; machineId: string }

async function readDocument<T extends Document>(
  place: AttemptPlace,
  name: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const text = await readSmallFile(place.address, name, mostDocumentBytes)
  if (text === undefined) return undefined
  const parsed = v.safeParse(schema, parseJson(text, name))
  if (!parsed.success)
    throw new Problem('broken-answer', `${name} is not what it should be: ${v.summarize(parsed.issues).slice(0, 300)}`)
  const { version, attemptId, machineId } = parsed.output
  if (version !== wireVersion && version !== wireVersion - 1)
    throw new Problem('broken-answer', `${name} has version ${version}, not ${wireVersion}`)
  if (attemptId !== place.attemptId || machineId !== place.machineId) {
    throw new Problem(
      'broken-answer',
      `${name} is of attempt ${JSON.stringify(attemptId.slice(0, 80))} on ${JSON.stringify(machineId.slice(0, 200))}`,
    )
  }
  return parsed.output
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('broken-answer', `${name} is not JSON`, { cause: error })
  }
}
