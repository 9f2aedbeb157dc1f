/**
 * A page of rows in the order of their runs, without the run that its end may have cut in two; `last` when nothing comes after.
 * A run has a row for every taxon: fewer than a page holds.
 */
export function wholeRuns<Row extends { run_accession: string }>(
  rows: readonly Row[],
  pageRows: number,
): { rows: readonly Row[]; last: boolean } {
  const cut = rows.length < pageRows ? undefined : rows.at(-1)?.run_accession
  return cut === undefined ? { rows, last: true } : { rows: rows.filter(row => row.run_accession < cut), last: false }
}
