/** A span of bytes, both ends included. */
export interface ByteRange {
  from: number
  to: number
}

/** The one range that a `Range` header asks for; undefined when there is none that is understood, so that the whole file is sent. */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (found === null || found[0] === 'bytes=-') return undefined
  const [, first = '', last = ''] = found
  return first === '' ? lastBytes(Number(last), size) : bytesBetween(Number(first), last === '' ? size - 1 : Number(last), size)
}

function lastBytes(count: number, size: number): ByteRange | 'unsatisfiable' {
  return count === 0 || size === 0 ? 'unsatisfiable' : { from: Math.max(0, size - count), to: size - 1 }
}

function bytesBetween(from: number, to: number, size: number): ByteRange | 'unsatisfiable' {
  return from >= size || from > to ? 'unsatisfiable' : { from, to: Math.min(size - 1, to) }
}
