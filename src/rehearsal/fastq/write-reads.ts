import type { ReadRole } from '../read-file-names.ts'
import { makeDraw, mix, normal } from '../seeded-chance.ts'
import { complement, isolateGenome } from './genome.ts'
import type { ReadsPlan } from './reads-plan.ts'

const chunkBytes = 1 << 18
const newline = 10
const questionMark = 63
const meanInsert = 350
const insertDeviation = 40
// Four quality bins as newer Illumina machines write them: 2, 11, 25 and 37.
const qualityMarks = Buffer.from('#,:F', 'latin1')
const errorAtBin = [0.5, 0.08, 0.003, 0.0002]

/** Writes the reads of one file of a run as FASTQ text, in chunks of about a quarter of a megabyte. */
export function* writeReads(plan: ReadsPlan, role: ReadRole): Generator<Buffer> {
  if (plan.flaw === 'not-fastq') {
    yield Buffer.from('<!DOCTYPE html><html><body><h1>Service under maintenance</h1></body></html>\n'.repeat(40))
    return
  }
  const genome = isolateGenome(plan.taxId, plan.genomeBases, plan.seed)
  const count = readsIn(plan, role)
  const longest = 2 * plan.readBases + 2 * plan.accession.length + 64
  let chunk = Buffer.allocUnsafe(Math.max(chunkBytes, longest))
  let used = 0
  for (let i = 0; i < count; i++) {
    if (used + longest > chunk.length) {
      yield chunk.subarray(0, used)
      chunk = Buffer.allocUnsafe(chunk.length)
      used = 0
    }
    used = writeRead(plan, role, i, genome, chunk, used)
  }
  if (used > 0) yield chunk.subarray(0, used)
}

/** How many reads a file of the plan holds, its flaw included. */
export function readsIn(plan: ReadsPlan, role: ReadRole): number {
  if (plan.flaw === 'empty-gzip') return 0
  const sound = role === 'orphan' ? plan.orphans : plan.spots
  if (plan.flaw === 'too-few-reads') return Math.min(3, sound)
  return plan.flaw === 'mates-unequal' && role === 'second' ? Math.max(1, sound - Math.ceil(sound / 10)) : sound
}

/** Where in the genome the reads of one spot lie, and on which strand. */
function placeSpot(plan: ReadsPlan, spot: number): { draw: () => number; start: number; insert: number; isReverse: boolean } {
  const draw = makeDraw(mix(mix(plan.seed, plan.revision), spot))
  const wanted = Math.round(meanInsert + insertDeviation * normal(draw(), draw()))
  const insert = Math.min(plan.genomeBases, Math.max(plan.readBases, wanted))
  // The invented genome is a circle, so that its ends are covered as deep as the rest.
  return { draw, insert, start: Math.floor(draw() * plan.genomeBases), isReverse: draw() < 0.5 }
}

const mateMarks: Record<ReadRole, string> = { first: '/1', second: '/2', orphan: '', single: '' }

function writeRead(plan: ReadsPlan, role: ReadRole, at: number, genome: Buffer, chunk: Buffer, from: number): number {
  const spot = role === 'orphan' ? plan.spots + at : at
  const basesFrom = from + chunk.write(`@${plan.accession}.${spot + 1} ${spot + 1}${mateMarks[role]}\n`, from, 'latin1')
  const qualitiesFrom = basesFrom + plan.readBases + 3
  writeBases(plan, role, spot, genome, chunk.subarray(basesFrom), chunk.subarray(qualitiesFrom))
  chunk.write('\n+\n', basesFrom + plan.readBases, 'latin1')
  const isShort = plan.flaw === 'broken-fastq' && at === 1
  const end = qualitiesFrom + (isShort ? Math.floor(plan.readBases / 2) : plan.readBases)
  chunk[end] = newline
  return end + 1
}

function writeBases(plan: ReadsPlan, role: ReadRole, spot: number, genome: Buffer, bases: Buffer, qualities: Buffer): void {
  const { draw: placing, start, insert, isReverse } = placeSpot(plan, spot)
  // Mates look at each other from the two ends of the insert.
  const fromEnd = (role === 'second') !== isReverse
  const draw = role === 'second' ? makeDraw(mix(plan.seed ^ 0x2, mix(plan.revision, spot))) : placing
  for (let i = 0; i < plan.readBases; i++) {
    const bin = qualityBin(draw(), i / plan.readBases)
    const base = genome[(start + (fromEnd ? insert - 1 - i : i)) % genome.length] ?? 78
    const isError = draw() < (errorAtBin[bin] ?? 0)
    bases[i] = fromEnd === isError ? base : complement(base)
    qualities[i] = plan.flaw === 'flat-qualities' ? questionMark : (qualityMarks[bin] ?? 70)
  }
}

/** Qualities sink towards the end of a read. */
function qualityBin(drawn: number, along: number): number {
  const tail = along * along
  if (drawn < 0.93 - 0.12 * tail) return 3
  if (drawn < 0.985 - 0.03 * tail) return 2
  return drawn < 0.997 - 0.005 * tail ? 1 : 0
}
