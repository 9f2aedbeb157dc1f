import { makeDraw, mix } from '../seeded-chance.ts'

const bases = Buffer.from('ACGT', 'latin1')
const genomes = new Map<string, Buffer>()
const genomesKept = 16

/** The invented genome of a taxon: random bases, the same for the same taxon and length. */
export function inventGenome(taxId: number, genomeBases: number): Buffer {
  const key = `${taxId}/${genomeBases}`
  const known = genomes.get(key)
  if (known !== undefined) return known
  const draw = makeDraw(mix(taxId, genomeBases))
  const genome = Buffer.alloc(genomeBases)
  for (let i = 0; i < genomeBases; i++) genome[i] = bases[Math.floor(draw() * 4)] ?? 65
  const oldest = genomes.size >= genomesKept ? genomes.keys().next().value : undefined
  if (oldest !== undefined) genomes.delete(oldest)
  genomes.set(key, genome)
  return genome
}

const complements = new Uint8Array(256)
for (const [base, other] of ['AT', 'CG', 'GC', 'TA', 'NN'].map(pair => [pair.charCodeAt(0), pair.charCodeAt(1)] as const)) {
  complements[base] = other
}

/** The base that pairs with a base, both as character codes. */
export function complement(base: number): number {
  return complements[base] ?? 78
}
