import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { replyOf } from '../../api/problem-reply.ts'
import { describeError, Problem } from '../../core/problem.ts'
import type { DoorParts } from './door-parts.ts'
import { onlyOwnHosts, onlyPeople } from './guards.ts'
import { replyToProblem } from './reply-to-problem.ts'
import { mountAgentRoutes } from './routes/agents.ts'
import { mountKitRoute } from './routes/kit.ts'
import { mountCollectorRoutes } from './routes/collections.ts'
import { routes } from './routes/routes.ts'

/** Bytes that a person's request may have: an imported list of runs is the largest. */
const mostBytes = 64 * 1024 * 1024

/**
 * The door: every route for people and for agents. A handler reads what was asked, calls the ledger, replies; it may wake the loop.
 * None touches a provider or a collector. Works with or without a socket: `app.fetch` answers a request.
 */
export function makeApp(parts: DoorParts): Hono {
  const app = new Hono()
  app.use(onlyOwnHosts(parts.access))
  mountAgentRoutes(app, parts)
  mountKitRoute(app, parts)
  mountCollectorRoutes(app, parts)
  app.use('/api/*', onlyPeople(parts.access))
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: mostBytes,
      onError: context => context.json(replyOf(new Problem('bad-input', `more than ${mostBytes} bytes in one request`)), 413),
    }),
  )
  for (const { endpoint, handle } of routes) app.on(endpoint.method, endpoint.path, context => handle(context, parts))
  app.notFound(context =>
    context.json(replyOf(new Problem('not-found', `there is no ${context.req.method} ${context.req.path} here`)), 404),
  )
  app.onError((thrown, context) =>
    replyToProblem(context, thrown, what => {
      parts.log.warn('a request failed', { method: context.req.method, path: context.req.path, why: describeError(what) })
    }),
  )
  return app
}
