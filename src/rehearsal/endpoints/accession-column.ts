const kinds: readonly (readonly [RegExp, string])[] = [
  [/^[ESD]RR\d+$/, 'run_accession'],
  [/^[ESD]RX\d+$/, 'experiment_accession'],
  [/^SAM(E|EA|N|D)\d+$/, 'sample_accession'],
  [/^[ESD]RS\d+$/, 'secondary_sample_accession'],
  [/^PRJ(EB|NA|DB)\d+$/, 'study_accession'],
  [/^[ESD]RP\d+$/, 'secondary_study_accession'],
  [/^[ESD]RA\d+$/, 'submission_accession'],
]

/** The column in which an accession of this shape stands; undefined when it is none of the archive's. */
export function columnOfAccession(accession: string): string | undefined {
  return kinds.find(([pattern]) => pattern.test(accession))?.[1]
}
