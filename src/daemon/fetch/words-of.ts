const mostLetters = 200
// A list of a hundred columns would bury what matters.
const mostValueLetters = 90
const secretName = /token|key|secret|password|signature|auth/i

/** A request as messages name it: without credentials, and not longer than a line or two. */
export function nameOfRequest(method: string, address: string): string {
  const url = new URL(address)
  const query = [...url.searchParams].map(
    ([name, value]) => `${name}=${secretName.test(name) ? '…' : upTo(mostValueLetters, value)}`,
  )
  return `${method} ${url.protocol}//${url.host}${url.pathname}${query.length === 0 ? '' : `?${upTo(mostLetters, query.join('&'))}`}`
}

/** The first words of an answer that a person can read: the message of a JSON one, the text of a page. */
export function firstWords(body: string): string {
  const text = messageIn(body) ?? textOf(body)
  const plain = text.replace(/\s+/g, ' ').trim()
  return upTo(mostLetters, plain)
}

function messageIn(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return undefined
  try {
    const said = JSON.parse(body) as Record<string, unknown>
    const message = said['message'] ?? said['error']
    return typeof message === 'string' && message !== '' ? message : undefined
  } catch {
    return undefined
  }
}

function textOf(body: string): string {
  if (!/^\s*<(!doctype|html|head|body|\?xml)/i.test(body)) return body
  return body.replace(/<(script|style)[^]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')
}

function upTo(most: number, text: string): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
