import { listTaxa, type TaxonRow } from '../api/taxa.ts'
import type { Client } from '../api/client.ts'
import { readRunAccession, type RunAccession } from '../core/accession.ts'
import { Problem } from '../core/problem.ts'
import { everyRow } from './print-list.ts'

/** A taxon that was tracked at any time, by its id or by its name; `not-found` when there is none. */
export async function readTaxId(client: Client, given: string): Promise<number> {
  const text = given.trim()
  if (/^\d+$/.test(text)) return Number(text)
  const wanted = text.toLowerCase()
  const found: TaxonRow[] = []
  const names: string[] = []
  for await (const taxon of everyRow(client, listTaxa, { removed: true })) {
    names.push(taxon.scientificName)
    if (taxon.scientificName.toLowerCase() === wanted) found.push(taxon)
  }
  const [first, ...more] = found
  if (first === undefined) {
    const near = names.filter(name => name.toLowerCase().includes(wanted)).slice(0, 3)
    const hint = near.length === 0 ? 'see: microfetch status' : `is it ${near.join(' or ')}?`
    throw new Problem('not-found', `no tracked taxon is called "${text}"; ${hint}`)
  }
  if (more.length > 0)
    throw new Problem(
      'bad-input',
      `several tracked taxa are called "${text}": ${found.map(taxon => taxon.taxId).join(', ')}; name one by its id`,
    )
  return first.taxId
}

/** Run accessions as a person types them; a wrong one is a `bad-input` that shows it. */
export function readAccessions(given: readonly string[]): RunAccession[] {
  return given.map(text => {
    const run = readRunAccession(text)
    if (run === undefined)
      throw new Problem('bad-input', `"${text}" is not a run accession: wanted is ERR, SRR or DRR and six or more digits`)
    return run
  })
}

/** `90s`, `15m`, `2h`, `1d` → seconds; a number alone is seconds. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(text.trim()) ?? []
  const seconds = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ''] ?? 1
  if (amount === undefined || Number(amount) <= 0)
    throw new Problem('bad-input', `"${text}" is not a length of time: wanted is 90s, 15m, 2h or 1d`)
  return Number(amount) * seconds
}

/** A whole number within bounds; a wrong one is a `bad-input` that names the flag. */
export function readWhole(flag: string, text: string, least: number, most = 1_000_000_000): number {
  const number = Number(text)
  if (!/^-?\d+$/.test(text.trim()) || number < least || number > most) {
    throw new Problem('bad-input', `${flag} ${text}: wanted is a whole number of at least ${least}`)
  }
  return number
}
