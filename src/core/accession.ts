/** A public sequencing run: ERR, SRR or DRR and six or more digits (INSDC). */
export type RunAccession = string & { readonly kind: 'run accession' }

const runPattern = /^[ESD]RR\d{6,}$/

/** True when `text` is written as the archive writes run accessions. */
export function isRunAccession(text: string): text is RunAccession {
  return runPattern.test(text)
}

/** Reads a run accession, blanks and small letters forgiven; undefined when it is not one. */
export function readRunAccession(text: string): RunAccession | undefined {
  const tidy = text.trim().toUpperCase()
  return isRunAccession(tidy) ? tidy : undefined
}

/** The folder that keeps a run among its neighbours: the accession's first six characters, as ENA's file host does it. */
export function accessionPrefix(run: RunAccession): string {
  return run.slice(0, 6)
}
