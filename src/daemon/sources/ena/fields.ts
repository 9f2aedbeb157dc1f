/** Columns without which a run cannot be parsed; filters and packing stand on them. They are asked for first, in this order. */
export const requiredFields = [
  'run_accession',
  'study_accession',
  'sample_accession',
  'experiment_accession',
  'tax_id',
  'scientific_name',
  'library_strategy',
  'library_source',
  'library_layout',
  'instrument_platform',
  'read_count',
  'base_count',
  'first_public',
  'last_updated',
  'fastq_ftp',
  'fastq_bytes',
  'fastq_md5',
] as const

/** One of the columns that every run must have. */
export type RequiredField = (typeof requiredFields)[number]

// Where and how the run came to be: names, accessions, dates, library, other copies of its reads.
const provenance = `
  instrument_model library_selection library_name library_construction_protocol nominal_length nominal_sdev
  library_min_fragment_size library_max_fragment_size first_created run_date status tag center_name broker_name project_name
  study_title study_alias experiment_title experiment_alias run_alias description submission_accession
  secondary_study_accession secondary_sample_accession submitted_ftp submitted_bytes submitted_md5 submitted_format
  submitted_read_type sra_ftp sra_bytes sra_md5
`

// What was sequenced: the sample, its organism, place, time and host.
const sample = `
  sample_alias sample_title sample_description strain sub_strain sub_species isolate serotype serovar culture_collection
  specimen_voucher identified_by collection_date collection_date_start collection_date_end collected_by country location lat
  lon altitude elevation depth isolation_source sample_collection marine_region sampling_site host host_scientific_name
  host_tax_id host_status host_sex host_body_site disease sex age tissue_type environment_biome environment_feature
  environment_material environmental_medium environmental_sample broad_scale_environmental_context
  local_environmental_context temperature ph salinity investigation_type experimental_factor target_gene checklist
  ncbi_reporting_standard sequencing_method extraction_protocol
`

/** Columns that users read; one that the archive gave up is left empty. */
export const optionalFields: readonly string[] = `${provenance} ${sample}`.trim().split(/\s+/)

/** Every column of `ArchiveRun.metadataLine`, in order. It never changes while the program runs, whatever the archive still has. */
export const allFields: readonly string[] = [...requiredFields, ...optionalFields]
