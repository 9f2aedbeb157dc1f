/** The name most like `wrong`, when one is near enough to be what was meant: at most a third of its letters differ. */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase())
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best !== undefined && best.distance <= Math.max(2, Math.ceil(wrong.length / 3)) ? best.name : undefined
}

/** `; did you mean "…"?`, or nothing when no name is near. */
export function hintAt(wrong: string, names: Iterable<string>): string {
  const near = nearestName(wrong, names)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** Letters to insert, delete, replace or swap with their neighbour to make `to` of `from`. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (line: number, column: number): number => rows[line]?.[column] ?? Infinity
  for (let line = 1; line <= from.length; line++) {
    const row = [line]
    rows.push(row)
    for (let column = 1; column <= to.length; column++) {
      const differs = from[line - 1] === to[column - 1] ? 0 : 1
      const isSwap = from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1]
      const swapped = isSwap ? at(line - 2, column - 2) + 1 : Infinity
      row.push(Math.min(at(line - 1, column) + 1, at(line, column - 1) + 1, at(line - 1, column - 1) + differs, swapped))
    }
  }
  return at(from.length, to.length)
}
