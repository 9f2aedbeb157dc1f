import type { Hono } from 'hono'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { replyOf } from '../../../api/problem-reply.ts'
import { Problem } from '../../../core/problem.ts'
import type { DoorParts } from '../door-parts.ts'

/**
 * The kits that droplets run, each by its SHA-256: `GET /agent/kit/<sha256>`. No token is asked for, because there is no secret in them;
 * whoever fetches one proves it by its name. Kits of droplets that are still booting stay, whatever is the newest by now.
 */
export function mountKitRoute(app: Hono, { kitsFolder }: Pick<DoorParts, 'kitsFolder'>): void {
  app.get('/agent/kit/:sha256', async context => {
    const sha256 = context.req.param('sha256')
    const path = kitsFolder === undefined || !/^[0-9a-f]{64}$/.test(sha256) ? undefined : join(kitsFolder, `${sha256}.tar.gz`)
    const seen = path === undefined ? undefined : await stat(path).catch(() => undefined)
    if (path === undefined || seen?.isFile() !== true) {
      return context.json(replyOf(new Problem('not-found', 'there is no such kit here')), 404)
    }
    const headers = {
      'content-type': 'application/gzip',
      'content-length': String(seen.size),
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${sha256}"`,
    }
    if (context.req.header('if-none-match') === headers.etag) return context.body(null, 304, { etag: headers.etag })
    return context.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, headers)
  })
}
