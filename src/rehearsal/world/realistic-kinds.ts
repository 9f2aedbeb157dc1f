import { layoutOfShape } from '../read-file-names.ts'
import type { FileShape, LibraryWish, RunGroup } from '../scenario.ts'
import { makeDraw, mix, pick, pickWeighted } from '../seeded-chance.ts'
import { sharedCells } from './shared-cells.ts'
import type { StudyKind } from './study-kind.ts'

interface Platform {
  name: string
  models: readonly (readonly [string, number])[]
  readBases: number
  medianBases: number
  bytesPerBase: readonly number[]
  shapes: readonly (readonly [FileShape, number])[]
}

// Shares, sizes and bytes per base follow what tables of one bacterial genus showed; newer platforms have a larger share than there.
const platforms: readonly (readonly [Platform, number])[] = [
  [
    {
      name: 'ILLUMINA',
      models: [
        ['Illumina HiSeq 2000', 25],
        ['Illumina MiSeq', 22],
        ['Illumina NovaSeq 6000', 18],
        ['NextSeq 500', 14],
        ['Illumina HiSeq 2500', 12],
        ['HiSeq X Ten', 6],
        ['Illumina Genome Analyzer II', 3],
      ],
      readBases: 150,
      medianBases: 4.8e8,
      bytesPerBase: [0.82, 0.5, 0.48, 0.3],
      shapes: [
        ['paired', 86],
        ['orphan-first', 5],
        ['single', 6],
        ['single-two-files', 0.7],
        ['paired-one-file', 1.3],
        ['none', 1],
      ],
    },
    84,
  ],
  [
    nanoporeOrOlder('OXFORD_NANOPORE', ['MinION', 'GridION'], 4000, 6e8, [
      ['single-as-mate', 96],
      ['none', 4],
    ]),
    6,
  ],
  [
    nanoporeOrOlder('PACBIO_SMRT', ['PacBio RS II', 'Sequel'], 6000, 8.9e8, [
      ['subreads', 75],
      ['none', 25],
    ]),
    4,
  ],
  [
    nanoporeOrOlder('LS454', ['454 GS FLX', '454 GS FLX Titanium'], 400, 4.3e7, [
      ['single', 60],
      ['paired-one-file', 40],
    ]),
    4,
  ],
  [nanoporeOrOlder('ION_TORRENT', ['Ion Torrent PGM'], 200, 1.1e8, [['single', 100]]), 2],
]

const strategies: readonly (readonly [readonly [string, string, string], number])[] = [
  [['WGS', 'GENOMIC', 'RANDOM'], 91],
  [['WGA', 'GENOMIC', 'RANDOM'], 1.5],
  [['AMPLICON', 'GENOMIC', 'PCR'], 2.5],
  [['RNA-Seq', 'TRANSCRIPTOMIC', 'cDNA'], 3],
  [['WGS', 'METAGENOMIC', 'RANDOM'], 1],
  [['OTHER', 'GENOMIC', 'unspecified'], 1],
]

// Cells arrive as submitters wrote them: entities left over from XML, bytes read in the wrong alphabet, quotes, signs beyond ASCII.
const titles = [
  'Genomic surveillance of enteric pathogens',
  'Whole genomes of isolates from a children&apos;s hospital',
  'Carriage &amp; transmission in two wards',
  'Diversity of strains isolated along the RhÃ´ne',
  'Growth at 37 °C ± 0.5 °C of “wild” isolates',
  'Isolates called "persistent" by the submitters',
  'ΔrecA mutants and their parents',
  'Retrospective sequencing of a culture collection',
]
const centers = [
  'UNIVERSITY HOSPITAL',
  'Institut für Hygiene',
  'HÃ´pital central',
  'PUBLIC HEALTH AGENCY',
  'SC',
  'NATIONAL INSTITUTE OF HEALTH',
  '',
]

const prefixes = [
  ['SRR', 57],
  ['ERR', 37],
  ['DRR', 6],
] as const
const descriptions = [
  ['bare', 40],
  ['dated', 45],
  ['full', 15],
] as const
const formats = [
  ['FASTQ', 60],
  ['CRAM', 30],
  ['BAM', 10],
] as const

/** Draws the kinds of study of a realistic group: platforms, strategies, layouts, file oddities and habits, each per study. */
export function realisticKinds(group: RunGroup, taxa: readonly number[], howMany: number, seed: number): StudyKind[] {
  return Array.from({ length: howMany }, (_, index) => drawKind(group, taxa, makeDraw(mix(seed, index))))
}

function drawKind(group: RunGroup, taxa: readonly number[], draw: () => number): StudyKind {
  const wish = group.library ?? {}
  const platform = drawPlatform(wish, draw)
  const [strategy, source, selection] = pickWeighted(strategies, draw())
  const drawn = {
    model: pickWeighted(platform.models, draw()),
    shape: pickWeighted(platform.shapes, draw()),
    readBases: platform.readBases,
    ...{ strategy, source, selection },
  }
  const library = { ...drawn, ...wish }
  const prefix = pickWeighted(prefixes, draw())
  return {
    prefix,
    taxId: pick(taxa, draw()),
    shape: library.shape,
    readBases: library.readBases,
    medianBases: platform.medianBases * (group.sizeFactor ?? 0.001),
    bytesPerBase: pick(platform.bytesPerBase, draw()),
    listEnd: draw() < 0.1 ? ';' : '',
    described: pickWeighted(descriptions, draw()),
    isOdd: true,
    cells: sharedCells(group, {
      ...library,
      prefix,
      platform: platform.name,
      layout: library.layout ?? layoutOfShape(library.shape),
      center: pick(centers, draw()),
      title: pick(titles, draw()),
      broker: draw() < 0.05 ? 'ArrayExpress' : '',
      submittedFormat: pickWeighted(formats, draw()),
    }),
  }
}

function drawPlatform(wish: LibraryWish, draw: () => number): Platform {
  const drawn = pickWeighted(platforms, draw())
  if (wish.platform === undefined) return drawn
  const wished = platforms.find(([platform]) => platform.name === wish.platform)?.[0]
  return wished ?? { ...drawn, name: wish.platform }
}

function nanoporeOrOlder(
  name: string,
  models: readonly string[],
  readBases: number,
  medianBases: number,
  shapes: readonly (readonly [FileShape, number])[],
): Platform {
  return { name, models: models.map(model => [model, 1] as const), readBases, medianBases, bytesPerBase: [0.87, 0.57], shapes }
}
