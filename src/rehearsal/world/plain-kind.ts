import { layoutOfShape } from '../read-file-names.ts'
import type { RunGroup } from '../scenario.ts'
import { sharedCells } from './shared-cells.ts'
import type { StudyKind } from './study-kind.ts'

/** The one kind of study in a plain group: Illumina WGS pairs of genomic DNA, unless the group wishes otherwise. */
export function plainKind(group: RunGroup, taxId: number): StudyKind {
  const usual = { platform: 'ILLUMINA', model: 'Illumina NovaSeq 6000', strategy: 'WGS', source: 'GENOMIC', selection: 'RANDOM' }
  const wish = { ...usual, shape: 'paired' as const, readBases: 125, ...group.library }
  const { shape, readBases } = wish
  const prefix = prefixOf(group.accession ?? 'ERR')
  return {
    prefix,
    taxId,
    shape,
    readBases,
    medianBases: 4.8e8 * (group.sizeFactor ?? 0.001),
    bytesPerBase: 0.5,
    listEnd: '',
    described: 'dated',
    isOdd: false,
    cells: sharedCells(group, {
      prefix,
      platform: wish.platform,
      model: wish.model,
      strategy: wish.strategy,
      source: wish.source,
      selection: wish.selection,
      layout: wish.layout ?? layoutOfShape(shape),
      center: 'REHEARSAL INSTITUTE',
      title: 'Rehearsal of genomic surveillance',
      broker: '',
      submittedFormat: 'FASTQ',
    }),
  }
}

function prefixOf(accession: string): StudyKind['prefix'] {
  return accession.startsWith('SRR') ? 'SRR' : accession.startsWith('DRR') ? 'DRR' : 'ERR'
}
