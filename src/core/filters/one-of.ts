/** Whether a cell of the archive is one of the words asked for; capitals do not matter, and an empty list asks nothing. */
export function isOneOf(cell: string, words: readonly string[]): boolean {
  if (words.length === 0 || words.includes(cell)) return true
  const small = cell.toLowerCase()
  return words.some(word => word.toLowerCase() === small)
}

/** `name=value not in A, B`: what failed, for people. */
export function notIn(name: string, cell: string, words: readonly string[]): string {
  return `${name}=${cell} not in ${words.join(', ')}`
}
