/** The name most like `wrong`, when it is near enough to be what was meant: at most a third of its letters differ. */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  const most = Math.max(2, Math.ceil(wrong.length / 3))
  let nearest: string | undefined
  let least = most + 1
  for (const name of names) {
    const steps = stepsBetween(wrong.toLowerCase(), name.toLowerCase())
    if (steps < least) {
      nearest = name
      least = steps
    }
  }
  return nearest
}

/** `; did you mean …?`, or nothing when no name is near. */
export function hintAt(wrong: string, names: Iterable<string>): string {
  const near = nearestName(wrong, names)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** How many letters must be put in, taken out, replaced or swapped with their neighbour to make one word of the other. */
function stepsBetween(one: string, other: string): number {
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const here = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = at(above, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1)
      const isSwap = row > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const swapped = isSwap ? at(before, column - 2) + 1 : Infinity
      here.push(Math.min(at(above, column) + 1, at(here, column - 1) + 1, replaced, swapped))
    }
    before = above
    above = here
  }
  return at(above, other.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
