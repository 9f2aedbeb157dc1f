import { Fault } from '../../fetch/fault.ts'

const lineEnd = 10
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
    const whole = begun.length === 0 ? bytes : Buffer.concat([...begun, bytes])
    const wholeEnd = whole.length - bytes.length + end
    yield splitLines(whole, wholeEnd + 1)
    isFirst = false
    begun = wholeEnd + 1 < whole.length ? [whole.subarray(wholeEnd + 1)] : []
    begunBytes = whole.length - wholeEnd - 1
  }
  if (begunBytes === 0) return
  const last = Buffer.concat(begun).toString('utf8')
  if (!isFirst)
    throw new Fault('broken-answer', `${name}: the answer ends within a line: ${last.slice(0, 60)}`, { passing: true })
  yield [last]
}

/** Decodes line by line: a slice of one large text would keep all of it in memory for as long as any row is kept. */
function splitLines(bytes: Buffer, until: number): string[] {
  const lines: string[] = []
  for (let from = 0; from < until;) {
    const end = bytes.indexOf(lineEnd, from)
    const isWindows = end > from && bytes[end - 1] === 13
    if (end > from) lines.push(bytes.toString('utf8', from, isWindows ? end - 1 : end))
    from = end + 1
  }
  return lines
}
