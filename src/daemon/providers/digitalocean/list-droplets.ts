import { dropletPageSchema, type SeenDroplet } from './answer-schemas.ts'
import type { ApiClient } from './api-client.ts'
import { nextPage, perPage } from './next-page.ts'

const name = 'GET /v2/droplets'

/**
 * Every droplet that carries a tag, in one call for each 200 of them. Droplets that come and go while pages are turned can hide one, so a
 * list that is shorter than its own count is read once more. Throws as `ApiClient.read`.
 */
export async function listDroplets(api: ApiClient, tag: string): Promise<SeenDroplet[]> {
  const first = await readPages(api, tag)
  const { droplets } = first.isShort ? await readPages(api, tag) : first
  return droplets
}

async function readPages(api: ApiClient, tag: string): Promise<{ droplets: SeenDroplet[]; isShort: boolean }> {
  const byId = new Map<string, SeenDroplet>()
  for (let page = 1; ;) {
    const query = { tag_name: tag, per_page: perPage, page }
    const { value } = await api.read(
      { purpose: 'ask', name, call: (client, signal) => client.GET('/v2/droplets', { params: { query }, signal }) },
      dropletPageSchema,
    )
    for (const droplet of value.droplets) byId.set(droplet.id, droplet)
    const next = nextPage(name, page, value.links?.pages?.next)
    if (next === undefined) return { droplets: [...byId.values()], isShort: byId.size < value.meta.total }
    page = next
  }
}
