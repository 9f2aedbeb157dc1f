/** How the archive reads a column's values in a query. */
export type ColumnType = 'text' | 'number' | 'date' | 'boolean' | 'latlon' | 'taxonomy'

/** One column of a `read_run` answer. */
export interface Column {
  id: string
  type: ColumnType
  /** Listed by `searchFields` as well as by `returnFields`. */
  searchable: boolean
  description: string
}

// The 190 columns that the portal listed for read_run in 2025; the first block is also listed for queries.
const searchable = `
  age altitude assembly_software base_count binning_software bio_material bisulfite_protocol
  broad_scale_environmental_context broker_name cage_protocol cell_line cell_type center_name checklist chip_ab_provider
  chip_protocol chip_target collected_by completeness_score contamination_score control_experiment country cultivar
  culture_collection datahub description dev_stage disease dnase_protocol ecotype elevation environment_biome
  environment_feature environment_material environmental_medium environmental_sample experiment_accession experiment_alias
  experiment_target experiment_title experimental_factor experimental_protocol extraction_protocol faang_library_selection
  first_created first_public germline hi_c_protocol host host_body_site host_genotype host_gravidity host_growth_conditions
  host_phenotype host_scientific_name host_sex host_status host_tax_id identified_by instrument_model instrument_platform
  investigation_type isolate isolation_source last_updated library_construction_protocol library_gen_protocol library_layout
  library_max_fragment_size library_min_fragment_size library_name library_pcr_isolation_protocol library_prep_date
  library_prep_date_format library_prep_latitude library_prep_location library_prep_longitude library_selection
  library_source library_strategy local_environmental_context location location_end location_start marine_region mating_type
  ncbi_reporting_standard nominal_length nominal_sdev pcr_isolation_protocol project_name protocol_label read_count
  read_strand restriction_enzyme restriction_enzyme_target_sequence restriction_site rna_integrity_num rna_prep_3_protocol
  rna_prep_5_protocol rna_purity_230_ratio rna_purity_280_ratio rt_prep_protocol run_accession run_alias salinity
  sample_accession sample_alias sample_capture_status sample_collection sample_description sample_material
  sample_prep_interval sample_prep_interval_units sample_storage sample_storage_processing sample_title sampling_campaign
  sampling_platform sampling_site scientific_name secondary_project secondary_sample_accession secondary_study_accession
  sequencing_date sequencing_date_format sequencing_location sequencing_longitude sequencing_method
  sequencing_primer_catalog sequencing_primer_lot sequencing_primer_provider serotype serovar sex specimen_voucher status
  strain study_accession study_alias study_title sub_species sub_strain submission_accession submission_tool
  submitted_format submitted_host_sex submitted_md5 submitted_read_type tag target_gene tax_id taxonomic_classification
  taxonomic_identity_marker temperature tissue_lib tissue_type transposase_protocol variety
`

const returnedOnly = `
  aligned assembly_quality bam_aspera bam_bytes bam_ftp bam_galaxy bam_md5 collection_date collection_date_end
  collection_date_start depth fastq_aspera fastq_bytes fastq_ftp fastq_galaxy fastq_md5 file_location lat lon ph run_date
  sra_aspera sra_bytes sra_ftp sra_galaxy sra_md5 submitted_aspera submitted_bytes submitted_ftp submitted_galaxy
  tax_lineage
`

const numbers = new Set([
  ...[
    'base_count',
    'read_count',
    'nominal_length',
    'nominal_sdev',
    'altitude',
    'elevation',
    'depth',
    'ph',
    'salinity',
    'temperature',
  ],
  ...[
    'library_min_fragment_size',
    'library_max_fragment_size',
    'completeness_score',
    'contamination_score',
    'sample_prep_interval',
  ],
  ...['rna_integrity_num', 'rna_purity_230_ratio', 'rna_purity_280_ratio', 'library_prep_latitude', 'library_prep_longitude'],
])
const dates = new Set(['first_public', 'last_updated', 'first_created', 'run_date'])
const booleans = new Set(['aligned', 'environmental_sample', 'germline', 'control_experiment'])
const latlons = new Set(['location', 'location_start', 'location_end'])

// What the few columns that a reader may not guess hold; the others say it in their name.
const explained: Record<string, string> = {
  base_count: 'bases in the run',
  read_count: 'spots in the run; a pair counts once',
  first_public: 'day on which the run became public',
  last_updated: 'day of the last change to the run or its metadata',
  fastq_ftp: 'addresses of the FASTQ files, without a scheme, parted by semicolons',
  fastq_bytes: 'sizes of the FASTQ files in bytes, in the order of the addresses',
  fastq_md5: 'MD5 sums of the FASTQ files, in the order of the addresses',
  tax_id: 'number of the taxon in the NCBI taxonomy',
}

function typeOf(id: string): ColumnType {
  if (numbers.has(id)) return 'number'
  if (dates.has(id)) return 'date'
  if (booleans.has(id)) return 'boolean'
  if (latlons.has(id)) return 'latlon'
  return id === 'tax_id' || id === 'host_tax_id' ? 'taxonomy' : 'text'
}

function columnsOf(text: string, areSearchable: boolean): Column[] {
  const ids = text.trim().split(/\s+/)
  return ids.map(id => ({
    id,
    type: typeOf(id),
    searchable: areSearchable,
    description: explained[id] ?? id.replaceAll('_', ' '),
  }))
}

/** Every column that `read_run` returns, by alphabet. */
export const runColumns: readonly Column[] = [...columnsOf(searchable, true), ...columnsOf(returnedOnly, false)].sort((a, b) =>
  a.id < b.id ? -1 : 1,
)

/** The columns of `read_run` by their id. */
export const runColumnById: ReadonlyMap<string, Column> = new Map(runColumns.map(column => [column.id, column]))

/** The columns of `taxon` answers; the first is the one that is always there. */
export const taxonColumns: readonly Column[] = [
  { id: 'tax_id', type: 'taxonomy', searchable: true, description: 'number of the taxon' },
  { id: 'scientific_name', type: 'text', searchable: true, description: 'scientific name' },
  { id: 'common_name', type: 'text', searchable: true, description: 'common name' },
  { id: 'rank', type: 'text', searchable: true, description: 'rank' },
  { id: 'tax_division', type: 'text', searchable: true, description: 'division' },
  { id: 'lineage', type: 'text', searchable: false, description: 'names from the root down' },
  { id: 'merged_tax_id', type: 'text', searchable: true, description: 'numbers that now lead here' },
]

/** What `filereport` returns when no columns are named (as recorded in 2023). */
export const fileReportColumns: readonly string[] = ['fastq', 'bam', 'submitted', 'sra'].flatMap(kind =>
  ['ftp', 'bytes', 'md5'].map(part => `${kind}_${part}`),
)

/** The results that the portal knows by name, and what each one holds. */
export const resultNames: readonly (readonly [string, string])[] = [
  ['analysis', 'Analyses of reads'],
  ['analysis_study', 'Studies that hold analyses'],
  ['assembly', 'Genome assemblies'],
  ['coding', 'Coding sequences'],
  ['noncoding', 'Non-coding sequences'],
  ['read_experiment', 'Experiments with reads'],
  ['read_run', 'Raw reads'],
  ['read_study', 'Studies that hold reads'],
  ['sample', 'Samples'],
  ['sequence', 'Nucleotide sequences'],
  ['study', 'Studies'],
  ['taxon', 'Taxonomic classification'],
  ['tls_set', 'Targeted locus study sets'],
  ['tsa_set', 'Transcriptome assembly sets'],
  ['wgs_set', 'Genome assembly sets'],
]
