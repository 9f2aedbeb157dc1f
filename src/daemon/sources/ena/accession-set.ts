import type { RunAccession } from '../../../core/accession.ts'

// Accessions of each of the three archives get a range of their own in 32 bits; 0 marks a free slot.
const numbersEach = 1_400_000_000
const prefixes = ['E', 'S', 'D']
const firstSlots = 1 << 12
const mostFull = 0.7

/** Run accessions seen so far: 8 MB for a million of them, where a plain Set takes a hundred. */
export class AccessionSet {
  private slots = new Uint32Array(firstSlots)
  private used = 0
  /** Accessions that do not fit into the scheme; none is known today. */
  private readonly others = new Set<string>()

  get size(): number {
    return this.used + this.others.size
  }

  /** Adds an accession; false when it was there. */
  add(run: RunAccession): boolean {
    const code = codeOf(run)
    if (code === undefined) return this.addOther(run)
    if (this.used >= this.slots.length * mostFull) this.grow()
    const place = find(this.slots, code)
    if (this.slots[place] === code) return false
    this.slots[place] = code
    this.used += 1
    return true
  }

  private addOther(run: string): boolean {
    const before = this.others.size
    return this.others.add(run).size > before
  }

  private grow(): void {
    const larger = new Uint32Array(this.slots.length * 2)
    for (const code of this.slots) if (code !== 0) larger[find(larger, code)] = code
    this.slots = larger
  }
}

/** The slot that holds the code, or the free one where it belongs. */
function find(slots: Uint32Array, code: number): number {
  const mask = slots.length - 1
  let place = (Math.imul(code, 0x9e3779b1) >>> 7) & mask
  while (slots[place] !== 0 && slots[place] !== code) place = (place + 1) & mask
  return place
}

/** A number from 1 that stands for this accession alone; undefined when there is none within 32 bits. */
function codeOf(run: RunAccession): number | undefined {
  const digits = run.slice(3)
  // Six digits are padded with zeros, longer ones never are.
  if (digits.length > 6 && digits.startsWith('0')) return undefined
  const number = Number(digits)
  if (number >= numbersEach) return undefined
  return prefixes.indexOf(run.charAt(0)) * numbersEach + number + 1
}
