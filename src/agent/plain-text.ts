// Escape sequences of terminals: colours and cursor moves, then titles and links.
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(\u0007|\u001b\\)?/g
// Format characters turn the direction of writing or hide parts of a text.
const controls = /[\p{Cc}\p{Cf}\p{Cs}]+/gu

/** One line without control characters, at most `mostLength` long; of a longer text the end is kept, where errors stand. */
export function plainLine(text: string, mostLength: number): string {
  const line = text.replace(escapes, '').replace(controls, ' ').replace(/ +/g, ' ').trim()
  return line.length <= mostLength ? line : `…${line.slice(line.length - mostLength + 1)}`
}

/** Lines without other control characters than their ends, at most `mostLength` long; the end is kept. */
export function plainLines(text: string, mostLength: number): string {
  const lines = text
    .replace(escapes, '')
    .split(/\r\n|\n|\r/)
    .map(line => line.replace(/\t/g, '  ').replace(controls, ''))
    .join('\n')
  return lines.length <= mostLength ? lines : lines.slice(lines.length - mostLength)
}
