import { dayText } from '../archive-clock.ts'
import { pick } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { CellMaker } from './cell-maker.ts'
import { firstPublicDay } from './date-cells.ts'

const countries = [
  'United Kingdom',
  'Kenya',
  'Bangladesh',
  'USA:NY',
  'Viet Nam: Ha Noi',
  'Peru',
  'France',
  'Malawi',
  'missing',
  'Japan:Tokyo',
]
const hosts = ['Homo sapiens', 'Homo sapiens', 'homo sapiens', 'Homo Sapiens', 'Bos taurus', 'Gallus gallus', '']
const sources = [
  'stool',
  'blood',
  'urine',
  'river water',
  'surface swab',
  'not collected',
  'patient&apos;s wound',
  'soil, 5–10 cm',
]

/** A number in [0, 1) of this row and this use. */
function chance(row: RunRow, use: number): number {
  return (((row.bits >>> use) ^ (row.bits << (use + 3))) & 0xffff) / 65536
}

function isDated(row: RunRow): boolean {
  return row.kind.described !== 'bare'
}

/** Free text: mostly a day, sometimes whatever the submitter wrote. */
function collectionDate(row: RunRow): string {
  if (!isDated(row)) return ''
  const day = dayText(firstPublicDay(row) - 30 - (row.bits % 700))
  if (!row.kind.isOdd) return day
  const drawn = row.bits % 20
  if (drawn < 11) return day
  if (drawn < 14) return day.slice(0, 4)
  if (drawn < 16) return day.slice(0, 7)
  return pick(['missing', `${Number(day.slice(0, 4)) - 4}/${day.slice(0, 4)}`, '9999-99-99', ''], chance(row, 5))
}

function latitude(row: RunRow): string {
  return (chance(row, 2) * 120 - 60).toFixed(4)
}

function longitude(row: RunRow): string {
  return (chance(row, 4) * 360 - 180).toFixed(4)
}

function whenFull(show: (row: RunRow) => string): CellMaker {
  return row => (row.kind.described === 'full' ? show(row) : '')
}

/** Columns that a row's kind and variant decide alone. */
export const variantSampleColumns: readonly string[] = [
  ...[
    'country',
    'host',
    'host_scientific_name',
    'host_tax_id',
    'isolation_source',
    'serovar',
    'collected_by',
    'lat',
    'lon',
    'location',
  ],
]

/** Cells about the sample: as full or as empty as the study that sent it. They may hold any text but tabs and line ends. */
export const sampleCells: Record<string, CellMaker> = {
  sample_alias: row => `isolate-${row.number}`,
  run_alias: row => `run-isolate-${row.number}`,
  experiment_alias: row => `exp-isolate-${row.number}`,
  study_alias: row => `study-${row.set.place.firstStudy + row.study}`,
  library_name: row => (row.bits % 3 === 0 ? `LIB${row.number % 9973}` : ''),
  sample_title: row => `Isolate ${row.number}`,
  sample_description: row => (row.kind.isOdd && row.bits % 50 === 0 ? `kept at -80 °C; called "strain ${row.number % 97}"` : ''),
  strain: row => (row.bits % 3 === 1 ? `MF-${row.number % 100_003}` : ''),
  isolate: row => (row.bits % 7 === 2 ? `I${row.number % 1009}` : ''),
  collection_date: collectionDate,
  country: row => (isDated(row) ? pick(countries, chance(row, 3)) : ''),
  host: row => (isDated(row) ? pick(hosts, chance(row, 6)) : ''),
  host_scientific_name: row => (isDated(row) ? pick(hosts, chance(row, 6)) : ''),
  host_tax_id: row => (isDated(row) && pick(hosts, chance(row, 6)).toLowerCase() === 'homo sapiens' ? '9606' : ''),
  isolation_source: row => (isDated(row) ? pick(sources, chance(row, 7)) : ''),
  serovar: whenFull(row => `serovar ${row.bits % 40}`),
  collected_by: whenFull(() => 'Rehearsal surveillance team'),
  lat: whenFull(latitude),
  lon: whenFull(longitude),
  location: whenFull(row => {
    const [lat, lon] = [Number(latitude(row)), Number(longitude(row))]
    return `${Math.abs(lat).toFixed(4)} ${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(4)} ${lon < 0 ? 'W' : 'E'}`
  }),
}
