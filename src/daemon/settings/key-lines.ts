/**
 * The line of every key of a TOML text that has been parsed without error: `section.key` → line, from 1.
 * The parser tells places only of what it cannot parse; a value that is wrong for us needs its place too.
 */
export function keyLines(toml: string): Map<string, number> {
  const found = new Map<string, number>()
  let section: string[] = []
  let open: OpenValue = { brackets: 0, quote: '' }
  toml.split('\n').forEach((line, index) => {
    const inside = open.brackets > 0 || open.quote !== ''
    if (inside) {
      open = readValue(line, open)
      return
    }
    const header = /^\s*\[\[?([^\]]+)\]/.exec(line)?.[1]
    if (header !== undefined) {
      section = keyParts(header).parts
      note(found, section, index + 1)
      return
    }
    const { parts, rest } = keyParts(line)
    if (parts.length === 0 || !rest.startsWith('=')) return
    note(found, [...section, ...parts], index + 1)
    open = readValue(rest.slice(1), { brackets: 0, quote: '' })
  })
  return found
}

/** The line of a key, else of what holds it (an inline table, its section). */
export function lineOf(lines: ReadonlyMap<string, number>, key: string): number | undefined {
  for (let name = key; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const line = lines.get(name)
    if (line !== undefined) return line
  }
  return undefined
}

/** What is still open at the end of a line: brackets of a list or table, or the quotes of a text of several lines. */
interface OpenValue {
  brackets: number
  quote: string
}

const partPattern = /^\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*/

function keyParts(line: string): { parts: string[]; rest: string } {
  const parts: string[] = []
  let rest = line
  for (;;) {
    const found = partPattern.exec(rest)
    if (found === null) return { parts, rest }
    parts.push(found[1] ?? found[2] ?? found[3] ?? '')
    rest = rest.slice(found[0].length)
    if (!rest.startsWith('.')) return { parts, rest }
    rest = rest.slice(1)
  }
}

// A text of several lines is first, then one of a single line, then what opens and closes; a comment takes the rest.
const tokenPattern = /("""|''')(?:(?!\1)[^])*?(?:\1|$)|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[[\]{}]/g

function readValue(line: string, before: OpenValue): OpenValue {
  const end = before.quote === '' ? 0 : line.indexOf(before.quote)
  if (end < 0) return before
  let brackets = before.brackets
  let quote = ''
  for (const [token, triple] of line.slice(end + before.quote.length).matchAll(tokenPattern)) {
    brackets += { '[': 1, '{': 1, ']': -1, '}': -1 }[token] ?? 0
    if (triple !== undefined && (token.length < 6 || !token.endsWith(triple))) quote = triple
  }
  return { brackets, quote }
}

function note(found: Map<string, number>, parts: readonly string[], line: number): void {
  const name = parts.join('.')
  if (!found.has(name)) found.set(name, line)
}
