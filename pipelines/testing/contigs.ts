import assert from 'node:assert/strict'
import { reverseComplement } from './made-reads.ts'

/** The sequences of a FASTA text. */
export function sequencesOf(fasta: string): string[] {
  return fasta
    .split(/^>.*$/m)
    .slice(1)
    .map(part => part.replace(/\s/g, ''))
}

/** Asserts that every contig stands in the genome, letter by letter, on one strand or the other. */
export function assertContigsOf(fasta: string, genome: string): void {
  const contigs = sequencesOf(fasta)
  assert.ok(contigs.length > 0)
  for (const contig of contigs) {
    assert.ok(genome.includes(contig) || genome.includes(reverseComplement(contig)), `not of the genome: ${contig.slice(0, 60)}…`)
  }
}

/** Which part of the genome the contigs cover, when each of them stands in it. */
export function assembledPart(fasta: string, genome: string): number {
  const covered = new Uint8Array(genome.length)
  for (const contig of sequencesOf(fasta)) {
    const at = genome.includes(contig) ? genome.indexOf(contig) : genome.indexOf(reverseComplement(contig))
    if (at >= 0) covered.fill(1, at, at + contig.length)
  }
  return covered.reduce((sum, one) => sum + one, 0) / genome.length
}
