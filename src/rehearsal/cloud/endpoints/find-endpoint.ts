import { accountEndpoints } from './account.ts'
import { actionEndpoints } from './actions.ts'
import { catalogueEndpoints } from './catalogue.ts'
import { dropletEndpoints } from './droplets.ts'
import type { Endpoint } from './endpoint.ts'
import { tagEndpoints } from './tags.ts'

/** Every door that this cloud has. */
export const endpoints: readonly Endpoint[] = [
  ...dropletEndpoints,
  ...actionEndpoints,
  ...accountEndpoints,
  ...catalogueEndpoints,
  ...tagEndpoints,
]

/** The door that a method and a path lead to, and what the names in its path stand for; undefined when there is none. */
export function findEndpoint(method: string, path: string): { endpoint: Endpoint; names: Record<string, string> } | undefined {
  const parts = path.split('/')
  for (const endpoint of endpoints) {
    const names = endpoint.method === method ? matchParts(endpoint.path.split('/'), parts) : undefined
    if (names !== undefined) return { endpoint, names }
  }
  return undefined
}

function matchParts(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const names: Record<string, string> = {}
  for (const [at, wanted] of pattern.entries()) {
    const part = parts[at] ?? ''
    if (wanted.startsWith('{')) names[wanted.slice(1, -1)] = decodeText(part)
    else if (wanted !== part) return undefined
  }
  return names
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
