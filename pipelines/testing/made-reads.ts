/** Genomes and reads made from a seed: the same seed gives the same bytes on every machine. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

/** A gzipped FASTQ file and what an archive says of it. */
export interface MadeFile {
  body: Buffer
  bytes: number
  md5: string
}

const bases = 'ACGT'
const complement: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' }

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A random genome of `length` bases. */
export function madeGenome(length: number, seed: number): string {
  const next = chance(seed)
  return Array.from({ length }, () => bases[Math.floor(next() * 4)]).join('')
}

/** Read pairs of 2 × `readLength` bases that cover the genome `depth` times, without errors; fragments of about 300 bases. */
export function madePairs(genome: string, depth: number, seed: number, readLength = 100): [string, string] {
  const next = chance(seed)
  const pairs = Math.ceil((genome.length * depth) / (2 * readLength))
  const mates: [string[], string[]] = [[], []]
  for (let pair = 1; pair <= pairs; pair += 1) {
    const length = 250 + Math.floor(next() * 100)
    const start = Math.floor(next() * (genome.length - length))
    const fragment = genome.slice(start, start + length)
    const [forward, backward] = next() < 0.5 ? [fragment, reverseComplement(fragment)] : [reverseComplement(fragment), fragment]
    mates[0].push(fastqRecord(`${pair}/1`, forward.slice(0, readLength)))
    mates[1].push(fastqRecord(`${pair}/2`, backward.slice(0, readLength)))
  }
  return [mates[0].join(''), mates[1].join('')]
}

/** Gzips text as an archive's file. */
export function madeFile(text: string): MadeFile {
  return described(gzipSync(text, { level: 6 }))
}

/** Describes bytes as an archive's file, whatever they are. */
export function described(body: Buffer): MadeFile {
  return { body, bytes: body.length, md5: createHash('md5').update(body).digest('hex') }
}

function fastqRecord(name: string, sequence: string): string {
  return `@made.${name}\n${sequence}\n+\n${'I'.repeat(sequence.length)}\n`
}

/** The other strand, read its own way. */
export function reverseComplement(sequence: string): string {
  return [...sequence]
    .reverse()
    .map(base => complement[base] ?? 'N')
    .join('')
}
