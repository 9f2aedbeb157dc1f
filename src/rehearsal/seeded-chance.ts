/** Mixes two whole numbers into 32 well-spread bits: the same two always give the same answer, on any machine. */
export function mix(seed: number, salt: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul((salt + 0x7f4a7c15) | 0, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return (h ^ (h >>> 15)) >>> 0
}

/** A number in [0, 1) that depends on the two numbers only. */
export function fraction(seed: number, salt: number): number {
  return mix(seed, salt) / 4294967296
}

/** A whole number of 32 bits that depends on the text only (FNV-1a). */
export function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Draws numbers in [0, 1), one after another; the same seed draws the same row of numbers. */
export function makeDraw(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Picks one of several by weight, with a number in [0, 1). */
export function pickWeighted<T>(choices: readonly (readonly [T, number])[], at: number): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0)
  let left = at * total
  for (const [choice, weight] of choices) {
    left -= weight
    if (left < 0) return choice
  }
  const last = choices.at(-1)
  if (last === undefined) throw new RangeError('nothing to pick from')
  return last[0]
}

/** Picks one of several, all alike, with a number in [0, 1). */
export function pick<T>(choices: readonly T[], at: number): T {
  const choice = choices[Math.min(choices.length - 1, Math.floor(at * choices.length))]
  if (choice === undefined) throw new RangeError('nothing to pick from')
  return choice
}

/** A draw from the normal distribution with mean 0 and deviation 1 (Box and Muller), from two numbers in [0, 1). */
export function normal(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second)
}

/** Thirty-two hexadecimal digits that depend on the two numbers only; they stand for an MD5 that nobody computed. */
export function inventMd5(seed: number, salt: number): string {
  if (hexWords.length === 0) for (let i = 0; i < 65536; i++) hexWords.push(mix(i, 0x6d6435).toString(16).padStart(8, '0'))
  const a = mix(seed, salt)
  const b = mix(a, 1)
  return hexWords[a >>> 16]! + hexWords[a & 0xffff]! + hexWords[b >>> 16]! + hexWords[b & 0xffff]!
}

// Words are made once: a large answer holds millions of sums.
const hexWords: string[] = []

/**
 * Walks 0 … count-1, each once, in an order that looks unsorted and depends on the seed.
 * Needs no memory, so that a million rows can be shuffled anew for every request.
 */
export function* shuffled(count: number, seed: number): Generator<number> {
  if (count <= 0) return
  let step = (mix(seed, count) % count) | 1
  while (greatestCommonDivisor(step, count) !== 1) step += 2
  let at = mix(seed, 77) % count
  for (let i = 0; i < count; i++) {
    yield at
    at = (at + step) % count
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
