import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { NamedReadFile } from '../read-file-names.ts'
import type { ReadFile } from '../world/run-set.ts'
import type { ReadsPlan } from './reads-plan.ts'
import { writeReads } from './write-reads.ts'

/** Makes one gzipped FASTQ file of a run at a path and says its true size and MD5. The path holds all of it or is not there. */
export async function makeReadFile(plan: ReadsPlan, file: NamedReadFile, path: string): Promise<ReadFile> {
  const hash = createHash('md5')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const unfinished = `${path}.making`
  await pipeline(Readable.from(writeReads(plan, file.role)), createGzip({ level: 5 }), measure, createWriteStream(unfinished))
  const md5 = hash.digest('hex')
  if (plan.flaw === 'gzip-truncated' && file.role !== 'second') return cutShort(file, unfinished, path)
  await rename(unfinished, path)
  return { ...file, bytes, md5, path }
}

/** Cuts the last third off, and lists the size and MD5 of what is left: every check sum is right and the gzip is broken. */
async function cutShort(file: NamedReadFile, from: string, path: string): Promise<ReadFile> {
  const whole = await readFile(from)
  const kept = whole.subarray(0, Math.ceil((whole.length * 2) / 3))
  await writeFile(from, kept)
  await rename(from, path)
  return { ...file, bytes: kept.length, md5: createHash('md5').update(kept).digest('hex'), path }
}
