import type { RunGroup } from '../scenario.ts'
import type { StudyKind } from './study-kind.ts'

/** What a kind of study says of itself. */
export interface StudyTraits {
  prefix: StudyKind['prefix']
  platform: string
  model: string
  strategy: string
  source: string
  selection: string
  layout: 'PAIRED' | 'SINGLE'
  center: string
  title: string
  broker: string
  submittedFormat: string
}

const shortModel: Record<string, string> = { PAIRED: 'paired end sequencing', SINGLE: 'sequencing' }

/** The cells that every run of a kind of study shares; those that the group names itself stand above them. */
export function sharedCells(group: RunGroup, traits: StudyTraits): Map<string, string> {
  const cells: Record<string, string> = {
    instrument_platform: traits.platform,
    instrument_model: traits.model,
    library_strategy: traits.strategy,
    library_source: traits.source,
    library_selection: traits.selection,
    library_layout: traits.layout,
    nominal_length: traits.platform === 'ILLUMINA' && traits.layout === 'PAIRED' ? '350' : '',
    center_name: traits.center,
    broker_name: traits.broker,
    study_title: traits.title,
    experiment_title: `${traits.model} ${shortModel[traits.layout]}; ${traits.title}`,
    description: `${traits.model} ${shortModel[traits.layout]}; ${traits.title}`,
    submitted_format: traits.prefix === 'ERR' ? traits.submittedFormat : '',
    checklist: traits.prefix === 'ERR' ? 'ERC000028' : '',
    ncbi_reporting_standard: traits.prefix === 'SRR' ? 'Pathogen.cl.1.0' : '',
    status: 'public',
    tag: 'ena',
    ...group.cells,
  }
  return new Map(Object.entries(cells))
}
