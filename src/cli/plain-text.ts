const steering = /[\p{Cc}\p{Cf}]/u

/** Text without anything that could steer a terminal: what the archive or a machine wrote is not trusted with one. */
export function plainText(text: string): string {
  return steering.test(text) ? text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ') : text
}

/** The same for every text in a document. */
export function plainDocument<Value>(value: Value): Value {
  return deepPlain(value) as Value
}

function deepPlain(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(deepPlain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deepPlain(inner)]))
}

/** Text for a terminal: lines, tabs and our own colours stay, anything else that steers does not. */
export function tameText(text: string): string {
  // Every second part is one of ours: `\x1b[31m` and the like can only colour.
  const parts = text.split(/(\x1b\[\d{1,2}m|[\n\t])/u)
  return parts.map((part, place) => (place % 2 === 1 ? part : plainText(part))).join('')
}
