import * as v from 'valibot'
import { wireVersion } from '../../api/assignment.ts'
import { closingSchema, standingSchema, type ClosingDocument, type RunOutcome, type Standing } from '../../api/closing.ts'
import { Problem, describeError } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import { readSmallFile } from '../read-small-file.ts'
import type { AttemptPlace, PeekResult } from '../collector.ts'
import { findHandedOver } from './find-handed-over.ts'
import type { Library } from './library.ts'
import { closingName, manifestPath, standingName } from './machine-results.ts'
import { reachMachine } from './reach-machine.ts'

/** A thousand runs with the longest details fit. */
const mostDocumentBytes = 8_000_000

/** The code of a Problem with a document of another attempt or machine. */
const foreignCode = 'not-allowed'

/** Errors of the system that say: the machine's documents cannot be read now. */
const unreadable = ['EACCES', 'EIO', 'ESTALE', 'ENOTDIR']

/** What a look came to, and whether all that was read made sense. */
export interface Peeked {
  result: PeekResult
  isBelieved: boolean
}

/**
 * Reads what the machine says of itself, and which of the `unheard` runs lie there whole. A document that is not there is undefined.
 * One that is there but is broken makes the machine unreadable, unless results speak for themselves; one that speaks of another attempt
 * or machine always does. A sound closing document outweighs a broken standing.
 */
export async function peekMachine(library: Library, place: AttemptPlace, unheard: readonly string[]): Promise<Peeked> {
  const paths = [closingName, standingName, ...unheard.map(manifestPath)]
  try {
    return await reachMachine(library, place).read(paths, root => peekInto(root, place, unheard))
  } catch (error) {
    if (error instanceof Problem) return unreachable(error.message, error.code !== 'broken-answer')
    throw error
  }
}

function unreachable(why: string, isBelieved: boolean): Peeked {
  return { result: { kind: 'unreachable', why }, isBelieved }
}

async function peekInto(root: string, place: AttemptPlace, unheard: readonly string[]): Promise<Peeked> {
  const said = await readSaid(root, place)
  if (said.kind === 'foreign') return unreachable(said.why, false)
  // What the agent says of a run counts before what lies there.
  const spoken = new Set(saidOutcomes(said).map(outcome => outcome.runAccession))
  const handedOver = await findHandedOver(
    root,
    unheard.filter(run => !spoken.has(run)),
  )
  if (said.kind === 'said') return { result: { ...said, kind: 'read', handedOver }, isBelieved: true }
  if (handedOver.length === 0) return unreachable(said.why, false)
  return { result: { kind: 'read', standing: undefined, closing: undefined, handedOver }, isBelieved: false }
}

type Said =
  | { kind: 'said'; standing: Standing | undefined; closing: ClosingDocument | undefined }
  | { kind: 'broken'; why: string }
  /** It speaks of another attempt or machine: nothing on it is ours. */
  | { kind: 'foreign'; why: string }

function saidOutcomes(said: Exclude<Said, { kind: 'foreign' }>): RunOutcome[] {
  if (said.kind === 'broken') return []
  return [...(said.standing?.outcomes ?? []), ...(said.closing?.outcomes ?? [])]
}

async function readSaid(root: string, place: AttemptPlace): Promise<Said> {
  try {
    const closing = await readDocument<ClosingDocument>(root, place, closingName, closingSchema)
    const standing = await readDocument<Standing>(root, place, standingName, standingSchema).catch((error: unknown) => {
      if (closing === undefined) throw error
      return undefined
    })
    return { kind: 'said', standing, closing }
  } catch (error) {
    if (error instanceof Problem) return { kind: error.code === foreignCode ? 'foreign' : 'broken', why: error.message }
    if (hasCode(error, ...unreadable)) return { kind: 'broken', why: describeError(error) }
    throw error
  }
}

type Document = { version: number; attemptId: string; machineId: string }

async function readDocument<T extends Document>(
  root: string,
  place: AttemptPlace,
  name: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const text = await readSmallFile(root, name, mostDocumentBytes)
  if (text === undefined) return undefined
  const parsed = v.safeParse(schema, parseJson(text, name))
  if (!parsed.success)
    throw new Problem('broken-answer', `${name} is not what it should be: ${v.summarize(parsed.issues).slice(0, 300)}`)
  const { version, attemptId, machineId } = parsed.output
  if (version !== wireVersion && version !== wireVersion - 1)
    throw new Problem('broken-answer', `${name} has version ${version}, not ${wireVersion}`)
  if (attemptId !== place.attemptId || machineId !== place.machineId) {
    throw new Problem(
      foreignCode,
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
