import type { IncomingMessage, ServerResponse } from 'node:http'
import { replyPage } from './answers/reply-page.ts'
import { replyRefusal } from './answers/reply.ts'
import { control } from './endpoints/control.ts'
import { count } from './endpoints/count.ts'
import { fields } from './endpoints/fields.ts'
import { fileHost } from './endpoints/file-host.ts'
import { fileReport } from './endpoints/file-report.ts'
import { linksTaxon } from './endpoints/links-taxon.ts'
import { readBody } from './endpoints/read-body.ts'
import { results } from './endpoints/results.ts'
import { search } from './endpoints/search.ts'
import { taxonomyRest } from './endpoints/taxonomy-rest.ts'
import type { EndpointName, Exchange } from './exchange.ts'
import { QueryError } from './query/query-error.ts'
import type { World } from './world/world.ts'

type Handler = (exchange: Exchange) => void | Promise<void>

const handlers: Record<EndpointName, Handler> = {
  search,
  count,
  'return-fields': fields,
  'search-fields': fields,
  results,
  filereport: fileReport,
  'links-taxon': linksTaxon,
  taxonomy: taxonomyRest,
  file: fileHost,
}

const portalPaths: Record<string, EndpointName> = {
  search: 'search',
  count: 'count',
  returnFields: 'return-fields',
  searchFields: 'search-fields',
  results: 'results',
  filereport: 'filereport',
  'links/taxon': 'links-taxon',
}

const controlBeginning = '/_rehearsal/'
const filesBeginning = '/vol1/fastq/'
const taxonomyBeginning = '/ena/taxonomy/rest/'
const portalPattern = /^\/ena\/portal\/api\/(?:v2\.0\/)?(.+?)\/?$/

/** Makes the function that answers every request to a rehearsal archive. */
export function requestAnswerer(world: World): (request: IncomingMessage, response: ServerResponse) => void {
  const pace = makePace(world)
  return (request, response) => {
    answer(request, response, world, pace).catch((error: unknown) => {
      if (!(error instanceof Error) || response.headersSent) return response.destroy()
      response.writeHead(500, { 'Content-Type': 'text/plain' })
      response.end(`the rehearsal archive broke: ${error.stack}\n`)
    })
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, world: World, mayPass: () => boolean): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://archive')
  if (url.pathname.startsWith(controlBeginning)) {
    return control(request, response, url.pathname.slice(controlBeginning.length), world)
  }
  response.sendDate = false
  response.setHeader('Date', world.clock.now().toUTCString())
  const door = findDoor(url.pathname)
  if (door === undefined) return replyPage(request, response, 404, 'Not Found')
  world.requests++
  world.counts.requests[door.endpoint]++
  const asked = await askedOf(request, url)
  const parameters = [...asked].map(([name, value]) => `${name}=${value}`).join('&')
  const approach = { ...door, method: request.method ?? 'GET', address: `${url.pathname}?${parameters}` }
  const exchange: Exchange = { request, response, ...door, asked, world, struck: world.armory.strike(approach) }
  if (await isAnsweredByFault(exchange)) return
  if (door.endpoint !== 'file' && !mayPass()) return replyRefusal(exchange, 429, 'Too Many Requests')
  await handle(exchange)
}

async function isAnsweredByFault(exchange: Exchange): Promise<boolean> {
  for (const { fault, settings } of exchange.struck) if ((await fault.answer?.(exchange, settings)) === true) return true
  return false
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response, endpoint } = exchange
  // Since 2023 a quotation mark in an address has to be written as %22.
  if (request.url?.includes('"') === true) return replyPage(request, response, 400, 'Bad Request')
  if (endpoint !== 'file' && request.method !== 'GET' && request.method !== 'POST') {
    return replyRefusal(exchange, 405, `Request method '${request.method}' is not supported`)
  }
  try {
    await handlers[endpoint](exchange)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    replyRefusal(exchange, 400, error.message)
  }
}

/** The endpoint that a path leads to, and what stands behind the endpoint's own path. A doubled slash leads nowhere. */
function findDoor(path: string): { endpoint: EndpointName; path: string } | undefined {
  if (path.startsWith(filesBeginning)) return { endpoint: 'file', path: path.slice(filesBeginning.length) }
  if (path.startsWith(taxonomyBeginning)) return { endpoint: 'taxonomy', path: decodeText(path.slice(taxonomyBeginning.length)) }
  const endpoint = portalPaths[portalPattern.exec(path)?.[1] ?? '']
  return endpoint === undefined ? undefined : { endpoint, path: '' }
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Parameters of the address and of a form together; what both name is the form's. */
async function askedOf(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const asked = new URLSearchParams(url.search)
  if (request.method !== 'POST') return asked
  for (const [name, value] of new URLSearchParams(await readBody(request))) asked.set(name, value)
  return asked
}

/** Lets so many requests pass in each second of this machine's clock. */
function makePace(world: World): () => boolean {
  let second = 0
  let passed = 0
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) [second, passed] = [now, 0]
    passed++
    return world.limits.requestsPerSecond === 0 || passed <= world.limits.requestsPerSecond
  }
}
