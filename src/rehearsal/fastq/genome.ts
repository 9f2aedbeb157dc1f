import { makeDraw, mix } from '../seeded-chance.ts'

const bases = Buffer.from('ACGT', 'latin1')
const genomes = new Map<string, Buffer>()
const genomesKept = 16
const repeatBases = 1000
const basesPerDifference = 1000

/** The invented genome of a taxon: random bases, the same for the same taxon and length. Where there is room, one stretch occurs twice, as insertion sequences do. */
export function inventGenome(taxId: number, genomeBases: number): Buffer {
  const key = `${taxId}/${genomeBases}`
  const known = genomes.get(key)
  if (known !== undefined) return known
  const draw = makeDraw(mix(taxId, genomeBases))
  const genome = Buffer.alloc(genomeBases)
  for (let i = 0; i < genomeBases; i++) genome[i] = bases[Math.floor(draw() * 4)] ?? 65
  if (genomeBases >= 10 * repeatBases) genome.copy(genome, Math.floor(genomeBases * 0.6), 0, repeatBases)
  const oldest = genomes.size >= genomesKept ? genomes.keys().next().value : undefined
  if (oldest !== undefined) genomes.delete(oldest)
  genomes.set(key, genome)
  return genome
}

/** The genome of one isolate: that of its taxon with about one base in a thousand replaced, at places of its own. */
export function isolateGenome(taxId: number, genomeBases: number, isolateSeed: number): Buffer {
  const genome = Buffer.from(inventGenome(taxId, genomeBases))
  const draw = makeDraw(isolateSeed)
  for (let i = 0; i < Math.floor(genomeBases / basesPerDifference); i++) {
    const at = Math.floor(draw() * genomeBases)
    genome[at] = complement(genome[at] ?? 65)
  }
  return genome
}

const complements = new Uint8Array(256)
for (const pair of ['AT', 'CG', 'GC', 'TA', 'NN']) complements[pair.charCodeAt(0)] = pair.charCodeAt(1)

/** The base that pairs with a base, both as character codes. */
export function complement(base: number): number {
  return complements[base] ?? 78
}
