import { join } from 'node:path'
import * as v from 'valibot'
import { bytesWithin } from '../bytes-within.ts'
import { writeWhole } from '../flush.ts'
import { readSmallFile } from '../read-small-file.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** How many bytes the deliveries of a library have: a figure that runs along, and is counted anew only rarely. */
export interface LibraryBytes {
  /** `anew`: counted by walking the library, unless that was done minutes ago. */
  bytes(counted: 'as known' | 'anew'): Promise<number>
  add(bytes: number): Promise<void>
}

/** The file that keeps the figure between two programs, in the library's folder. */
export const figureName = '.library-bytes.json'

const dayMs = 86_400_000
/** A library that is full is not walked at every try. */
const restMs = 600_000
const mostFigureBytes = 1000

const figureSchema = v.object({
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  countedAtMs: v.pipe(v.number(), v.safeInteger()),
})

type Figure = v.InferOutput<typeof figureSchema>

/** The figure of one library. Another program that stores there is seen once a day. */
export function libraryBytes(folder: string, nowMs: () => number): LibraryBytes {
  let known: Promise<Figure> | undefined
  const oneByOne = oneAtATime()
  const write = (figure: Figure) => oneByOne('figure', () => writeWhole(join(folder, figureName), `${JSON.stringify(figure)}\n`))
  const count = async (): Promise<Figure> => {
    const figure = { bytes: (await bytesWithin(join(folder, 'runs'))).bytes, countedAtMs: nowMs() }
    await write(figure)
    return figure
  }
  const current = async (oldestMs: number): Promise<Figure> => {
    const figure = await (known ??= readFigure(folder).then(found => found ?? count()))
    const ageMs = nowMs() - figure.countedAtMs
    // A clock that went back makes a figure of the future; it is not trusted for ever.
    if (ageMs >= 0 && ageMs < oldestMs) return figure
    return (known = count())
  }
  return {
    bytes: async counted => {
      try {
        return (await current(counted === 'anew' ? restMs : dayMs)).bytes
      } catch (error) {
        known = undefined
        throw error
      }
    },
    add: async bytes => {
      const figure = await current(dayMs)
      figure.bytes += bytes
      await write(figure)
    },
  }
}

async function readFigure(folder: string): Promise<Figure | undefined> {
  const text = await readSmallFile(folder, figureName, mostFigureBytes).catch(() => undefined)
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), figureSchema), text)
  return parsed.success ? parsed.output : undefined
}
