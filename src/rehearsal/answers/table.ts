/** Writes rows of a small table as the portal does: TSV with a header line, or a JSON list of objects whose values are all strings. */
export function writeTable(format: 'tsv' | 'json', columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (format === 'tsv') return [columns, ...rows].map(row => `${row.join('\t')}\n`).join('')
  if (rows.length === 0) return '[]\n'
  const objects = rows.map(row => JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, row[at] ?? '']))))
  return `[\n${objects.join(',\n')}\n]\n`
}
