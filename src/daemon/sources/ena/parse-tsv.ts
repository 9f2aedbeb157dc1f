/**
 * A small table as the archive writes it: a line of column names, then rows, tab separated, with no quoting or escaping.
 * Cells that a short row lacks are missing from its record.
 */
export function parseTsv(text: string): Map<string, string>[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = (lines[0] ?? '').split('\t')
  return lines
    .slice(1)
    .filter(line => line !== '')
    .map(line => new Map(line.split('\t').flatMap((cell, place) => (names[place] === undefined ? [] : [[names[place], cell]]))))
}
