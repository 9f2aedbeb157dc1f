import type { AddedTaxon } from '../../api/taxa.ts'
import type { Reader } from '../ledger/ledger.ts'
import { rowOfTaxon } from '../ledger/asked/row-of-taxon.ts'
import type { ArchiveQuestions, TaxonAnswer } from './archive-questions.ts'

const human = 9606

/** One id or name as given, and the taxon that the taxonomy has for it. */
export interface Resolved {
  asked: string
  outcome: AddedTaxon['outcome']
  /** What it resolves to; undefined when it is refused before that. */
  taxon: { taxId: number; resolvedTaxId: number; scientificName: string; rank: string; lineage: string } | undefined
  candidates: AddedTaxon['candidates']
}

/** Resolves ids and names by the archive's taxonomy, and compares them with what is tracked. */
export async function resolveAsked(
  asked: readonly string[],
  archive: ArchiveQuestions,
  read: Reader,
  force: boolean,
): Promise<Resolved[]> {
  const seen = new Set<number>()
  const resolved: Resolved[] = []
  for (const one of asked) {
    const found = await resolveOne(one, archive, read, force)
    const id = found.taxon?.resolvedTaxId
    resolved.push(id !== undefined && seen.has(id) && found.outcome !== 'known' ? { ...found, outcome: 'twice' } : found)
    if (id !== undefined) seen.add(id)
  }
  return resolved
}

async function resolveOne(asked: string, archive: ArchiveQuestions, read: Reader, force: boolean): Promise<Resolved> {
  const givenId = /^[1-9]\d{0,9}$/.test(asked) ? Number(asked) : undefined
  const answer = givenId === undefined ? await archive.taxonNamed(asked) : await archive.taxonOf(givenId)
  switch (answer.kind) {
    case 'unknown':
    case 'deleted':
      return { asked, outcome: answer.kind, taxon: undefined, candidates: [] }
    case 'ambiguous':
      return { asked, outcome: 'ambiguous', taxon: undefined, candidates: answer.candidates }
    case 'merged':
      return compare(asked, { ...answer, taxId: givenId ?? answer.into, resolvedTaxId: answer.into }, 'merged', read, force)
    case 'found':
      return compare(asked, { ...answer, taxId: givenId ?? answer.taxId, resolvedTaxId: answer.taxId }, 'new', read, force)
  }
}

/** What a taxon that the taxonomy knows is to us. */
async function compare(
  asked: string,
  { taxId, resolvedTaxId, scientificName, rank, lineage }: NonNullable<Resolved['taxon']>,
  ifNew: 'new' | 'merged',
  read: Reader,
  force: boolean,
): Promise<Resolved> {
  const row = await rowOfTaxon(read, taxId, resolvedTaxId)
  const taxon = { taxId: row?.tax_id ?? taxId, resolvedTaxId, scientificName, rank, lineage }
  if (row !== undefined && row.state !== 'removed') return { asked, outcome: 'known', taxon, candidates: [] }
  if (isHuman(taxon) && !force) return { asked, outcome: 'human', taxon, candidates: [] }
  return { asked, outcome: row === undefined ? ifNew : 'revived', taxon, candidates: [] }
}

/** Human itself, and what lies below it. Taxa above it are tracked, and the filters refuse the human runs among theirs. */
export function isHuman({ resolvedTaxId, lineage }: { resolvedTaxId: number; lineage: string }): boolean {
  return resolvedTaxId === human || ranksOf(lineage).includes('Homo sapiens')
}

function ranksOf(lineage: string): string[] {
  return lineage
    .split(';')
    .map(name => name.trim())
    .filter(name => name !== '')
}

/** So many tracked taxa are asked for what lies above them: a look for overlaps must not take longer than everything else. */
const mostAsked = 100

/** Tracked taxa above or below a taxon: their runs are partly the same. Faults of the archive only make the list shorter. */
export async function overlapsOf(
  taxon: { resolvedTaxId: number; scientificName: string; lineage: string },
  withSubtree: boolean,
  archive: ArchiveQuestions,
  read: Reader,
): Promise<AddedTaxon['overlaps']> {
  const tracked = await read
    .selectFrom('taxa')
    .select(['tax_id', 'resolved_tax_id', 'scientific_name', 'scope'])
    .where('state', '=', 'tracked')
    .where('resolved_tax_id', '<>', taxon.resolvedTaxId)
    .orderBy('tax_id')
    .execute()
  const above = new Set(ranksOf(taxon.lineage))
  const overlaps: AddedTaxon['overlaps'] = []
  for (const [place, row] of tracked.entries()) {
    const named = { taxId: row.tax_id, scientificName: row.scientific_name }
    if (row.scope === 'subtree' && above.has(row.scientific_name)) overlaps.push({ ...named, how: 'above' })
    else if (withSubtree && place < mostAsked && (await liesBelow(row.resolved_tax_id, taxon.scientificName, archive)))
      overlaps.push({ ...named, how: 'below' })
  }
  return overlaps
}

async function liesBelow(taxId: number, name: string, archive: ArchiveQuestions): Promise<boolean> {
  const answer: TaxonAnswer = await archive.taxonOf(taxId).catch(() => ({ kind: 'unknown' }))
  return (answer.kind === 'found' || answer.kind === 'merged') && ranksOf(answer.lineage).includes(name)
}
