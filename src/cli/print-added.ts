import type { AddedTaxon } from '../api/taxa.ts'
import { column } from './print-list.ts'
import type { Column } from './print-table.ts'
import type { Screen } from './screen.ts'
import { sayBytes, sayCount, sayNumber, saySeconds } from './say-amounts.ts'
import { sayForecast, sayPrice } from './say-money.ts'
import { sumOf } from '../core/forecast.ts'

/** What `add` shows of each taxon. */
export const addedColumns: readonly Column<AddedTaxon>[] = [
  column<AddedTaxon>('asked', { hidden: true }),
  column<AddedTaxon>('outcome'),
  column<AddedTaxon>('taxId', { right: true }),
  {
    name: 'scientific_name',
    value: row => row.scientificName,
    show: row => (row.scientificName === '' ? row.asked : row.scientificName),
    least: 32,
  },
  column<AddedTaxon>('rank', { spare: 4 }),
  column<AddedTaxon>('archiveRuns', {
    right: true,
    spare: 1,
    title: 'in archive',
    show: row => (row.archiveRuns === null ? '' : sayNumber(row.archiveRuns)),
  }),
  column<AddedTaxon>('archiveBases', {
    right: true,
    spare: 3,
    title: 'bases',
    show: row => (row.archiveBases === null ? '' : sayBytes(row.archiveBases, 'b')),
  }),
  column<AddedTaxon>('runsWithinReach', {
    right: true,
    title: 'in reach',
    show: row => (row.runsWithinReach === null ? '' : `≤ ${sayNumber(row.runsWithinReach)}`),
  }),
  {
    name: 'hours',
    value: row => (row.hours === null ? null : Number(row.hours.toFixed(2))),
    show: row => (row.hours === null ? '' : saySeconds(row.hours * 3600)),
    right: true,
    spare: 2,
  },
  {
    name: 'microdollars',
    title: 'cost',
    value: row => row.microdollars?.likely ?? null,
    show: row => (row.microdollars === null ? '' : sayForecast(row.microdollars)),
    right: true,
    spare: 5,
  },
  column<AddedTaxon>('reach', { whole: true }),
  column<AddedTaxon>('resolvedTaxId', { hidden: true }),
]

/** Whether adding it changes anything. */
export function isAddable({ outcome }: AddedTaxon): boolean {
  return outcome === 'new' || outcome === 'revived' || outcome === 'merged'
}

const words: Record<AddedTaxon['outcome'], string> = {
  new: 'new',
  revived: 'revived (removed before; settings and last check are as they were)',
  known: 'tracked already',
  merged: 'new, merged into another id',
  human: 'refused: human reads (--force takes them)',
  unknown: 'refused: the taxonomy does not know it',
  deleted: 'refused: deleted from the taxonomy',
  ambiguous: 'refused: several taxa have this name',
  twice: 'named twice',
}

/** The counts by outcome, and what a person should know of single taxa. */
export function summariseAdded(screen: Screen, sent: { taxa: readonly AddedTaxon[]; hoursFrom: string }, dryRun: boolean): void {
  const { paint } = screen
  const counts = Object.entries(words).flatMap(([outcome, word]) => {
    const count = sent.taxa.filter(taxon => taxon.outcome === outcome).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  screen.say(`${dryRun ? 'Would be: ' : ''}${counts.join('; ')}.`)
  for (const taxon of sent.taxa) for (const note of notesOf(taxon)) screen.say(paint.yellow(`  ${note}`))
  const hours = sent.taxa.reduce((sum, taxon) => sum + (taxon.hours ?? 0), 0)
  const runs = sent.taxa.reduce((sum, taxon) => sum + (taxon.runsWithinReach ?? 0), 0)
  if (runs > 0)
    screen.say(
      paint.dim(
        `At most ${sayCount(runs, 'run')} of the past within reach, about ${saySeconds(hours * 3600)} in all${sayPrice(priceOf(sent.taxa))} (${sent.hoursFrom}); filters take some away.`,
      ),
    )
}

function priceOf(taxa: readonly AddedTaxon[]): AddedTaxon['microdollars'] {
  const known = taxa.flatMap(({ microdollars }) => (microdollars === null ? [] : [microdollars]))
  return known.length === 0 ? null : sumOf(known)
}

function notesOf(taxon: AddedTaxon): string[] {
  const notes: string[] = []
  if (taxon.outcome === 'merged')
    notes.push(`${taxon.asked} was merged into ${taxon.resolvedTaxId} ${taxon.scientificName}: that one is followed`)
  if (taxon.outcome === 'unknown' || taxon.outcome === 'deleted') notes.push(`${taxon.asked}: ${words[taxon.outcome]}`)
  if (taxon.outcome === 'human') notes.push(`${taxon.asked}: ${words.human}`)
  if (taxon.outcome === 'ambiguous') {
    const candidates = taxon.candidates.map(candidate => `${candidate.taxId} ${candidate.scientificName} (${candidate.rank})`)
    notes.push(`"${taxon.asked}" may be: ${candidates.join(', ')}; name it by its id`)
  }
  for (const other of taxon.overlaps) {
    const how = other.how === 'above' ? 'lies within' : 'holds'
    notes.push(
      `${taxon.taxId} ${taxon.scientificName} ${how} ${other.taxId} ${other.scientificName}, which is tracked: runs of both are processed once`,
    )
  }
  return notes
}
