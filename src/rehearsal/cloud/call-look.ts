import * as v from 'valibot'
import type { CallLook, DropletLook } from './faults/cloud-armory.ts'
import type { CloudWorld } from './world/cloud-world.ts'

const wished = v.object({
  name: v.optional(v.string()),
  names: v.optional(v.array(v.string())),
  tags: v.nullish(v.array(v.string())),
})

/** What a call is about, as far as it says so: droplets that it names, wishes for, or means by a tag. */
export function lookOf(kind: string, url: URL, names: Record<string, string>, body: unknown, world: CloudWorld): CallLook {
  const tag = url.searchParams.get('tag_name') ?? undefined
  return { kind, tag, droplets: kind === 'POST /v2/droplets' ? wishedDroplets(body) : namedDroplets(kind, names, world) }
}

function wishedDroplets(body: unknown): DropletLook[] {
  const read = v.safeParse(wished, body)
  if (!read.success) return []
  const { name, names, tags } = read.output
  return (names ?? [name ?? '']).map(one => ({ name: one, tags: tags ?? [] }))
}

function namedDroplets(kind: string, names: Record<string, string>, world: CloudWorld): DropletLook[] {
  const id = kind.includes('/v2/droplets/{id}') ? names['id'] : names['droplet']
  const droplet = world.look(Number(id))
  return droplet === undefined ? [] : [droplet]
}
