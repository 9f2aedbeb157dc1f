import { Fault } from '../../fetch/fault.ts'

const lineEnd = 10
const carriageReturn = 13
// A row of the archive has some thousand letters; what goes on for megabytes without a line end is not a table.
const mostLineBytes = 4 * 1024 * 1024

/**
 * The lines of a body, as many at a time as one chunk brought. Throws `broken-answer` when the last one has no end: the archive
 * ends every line, so the answer was cut. Only a first line may lack it, because it may be all there is.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string[]> {
  let begun: Buffer[] = []
  let begunBytes = 0
  let isFirst = true
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const end = bytes.lastIndexOf(lineEnd)
    if (end === -1) {
      begun.push(bytes)
      begunBytes += bytes.length
      if (begunBytes > mostLineBytes)
        throw new Fault('broken-answer', `${name}: a line of more than ${mostLineBytes} bytes`, { passing: false })
      continue
    }
    // Whole lines only are decoded, so that no letter is torn between two chunks.
    const firstEnd = bytes.indexOf(lineEnd)
    const lines = begun.length === 0 ? [] : splitLines(Buffer.concat([...begun, bytes.subarray(0, firstEnd + 1)]), 0, Infinity)
    yield splitLines(bytes, begun.length === 0 ? 0 : firstEnd + 1, end + 1, lines)
    isFirst = false
    begun = end + 1 < bytes.length ? [bytes.subarray(end + 1)] : []
    begunBytes = bytes.length - end - 1
  }
  if (begunBytes === 0) return
  const last = Buffer.concat(begun).toString('utf8')
  if (!isFirst)
    throw new Fault('broken-answer', `${name}: the answer ends within a line: ${last.slice(0, 60)}`, { passing: true })
  yield [last]
}

/** Decodes line by line: a slice of one large text would keep all of it in memory for as long as any row is kept. */
function splitLines(bytes: Buffer, from: number, until: number, lines: string[] = []): string[] {
  const last = Math.min(until, bytes.length)
  for (let begin = from; begin < last;) {
    const end = bytes.indexOf(lineEnd, begin)
    const isWindows = end > begin && bytes[end - 1] === carriageReturn
    if (end > begin) lines.push(bytes.toString('utf8', begin, isWindows ? end - 1 : end))
    begin = end + 1
  }
  return lines
}
