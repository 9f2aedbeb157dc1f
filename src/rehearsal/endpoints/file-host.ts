import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { replyPage } from '../answers/reply-page.ts'
import { stopHere, trickle, wholeBody, write } from '../answers/reply.ts'
import type { Exchange } from '../exchange.ts'
import type { FilePlan } from '../faults/fault.ts'
import { listedFiles } from '../fastq/file-store.ts'
import { runFolder } from '../read-file-names.ts'
import type { ReadFile } from '../world/run-set.ts'
import { type ByteRange, readRange } from './byte-range.ts'

const pieceBytes = 1 << 16

/** The file host: FASTQ files under `/vol1/fastq/`, whole or in ranges, for GET and HEAD. */
export async function fileHost(exchange: Exchange): Promise<void> {
  const file = await findFile(exchange)
  const { request, response } = exchange
  if (file === undefined) return replyPage(request, response, 404, 'Not Found')
  if (request.method !== 'GET' && request.method !== 'HEAD') return replyPage(request, response, 405, 'Method Not Allowed')
  const plan = planFile(exchange)
  const etag = `"${createHash('md5').update(file.md5).digest('hex').slice(0, 16)}"`
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('ETag', etag)
  response.setHeader('Last-Modified', new Date(Date.UTC(2024, 0, 1)).toUTCString())
  response.setHeader('Content-Type', 'application/x-gzip')
  const range = plan.ignoresRange ? undefined : rangeOf(request, etag, file.bytes)
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${file.bytes}`)
    return replyPage(request, response, 416, 'Range Not Satisfiable')
  }
  await replySpan(exchange, file, range, plan)
}

/** A range of another version of the file is answered with the whole file. */
function rangeOf({ headers }: IncomingMessage, etag: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const version = headers['if-range']
  return version !== undefined && version !== etag ? undefined : readRange(headers.range, size)
}

async function replySpan(exchange: Exchange, file: ReadFile, range: ByteRange | undefined, plan: FilePlan): Promise<void> {
  const { request, response } = exchange
  const span = range ?? { from: 0, to: file.bytes - 1 }
  const length = span.to - span.from + 1
  if (range !== undefined) response.setHeader('Content-Range', `bytes ${span.from}-${span.to}/${file.bytes}`)
  const named = plan.namesShortLength ? Math.floor(length * (plan.stopAtShare ?? 1)) : length
  response.writeHead(range === undefined ? 200 : 206, { 'Content-Length': named })
  if (request.method === 'HEAD') return void response.end()
  await sendFile(exchange, file, span, plan)
}

function planFile(exchange: Exchange): FilePlan {
  const plan: FilePlan = { ...wholeBody(), ignoresRange: false, turnsBytes: false, namesShortLength: false }
  for (const { fault, settings } of exchange.struck) fault.file?.(plan, settings)
  return plan
}

/** A file is there when its run is not withdrawn and lists it under this very path. */
async function findFile(exchange: Exchange): Promise<ReadFile | undefined> {
  const { path, world } = exchange
  const parts = path.split('/')
  const [accession = '', name = ''] = parts.slice(-2)
  const row = world.find(accession)
  if (row === undefined || row.change?.hidden === 'withdrawn' || row.set.group.content === 'promised') return undefined
  if (path !== `${runFolder(accession)}/${name}` || !listedFiles(row).some(listed => listed.name === name)) return undefined
  return (await world.files.filesOf(row)).find(file => file.name === name)
}

async function sendFile(exchange: Exchange, file: ReadFile, span: ByteRange, plan: FilePlan): Promise<void> {
  const { world, response } = exchange
  const accession = file.name.replace(/[_.].*$/, '')
  world.counts.filesByRun[accession] = (world.counts.filesByRun[accession] ?? 0) + 1
  const isWhole = await sendSpan(exchange, file.path, span, plan)
  if (isWhole) response.end()
  else world.counts.incompleteFiles++
}

/** Sends the bytes of a span as the plan says; true when all of them went out. */
async function sendSpan(exchange: Exchange, path: string, span: ByteRange, plan: FilePlan): Promise<boolean> {
  const length = span.to - span.from + 1
  const stop = plan.stopAtShare === undefined ? span.to + 1 : span.from + Math.floor(length * plan.stopAtShare)
  const source = await open(path)
  try {
    if (!(await sendBytes(exchange, source, { from: span.from, to: stop - 1 }, plan))) return false
    if (plan.stopAtShare === undefined) return true
    return (await stopHere(exchange.response, plan)) && (await sendBytes(exchange, source, { from: stop, to: span.to }, plan))
  } finally {
    await source.close()
  }
}

async function sendBytes({ response, world }: Exchange, source: FileHandle, span: ByteRange, plan: FilePlan): Promise<boolean> {
  const turned = plan.turnsBytes ? Math.floor((span.from + span.to) / 2) : -1
  for (let at = span.from; at <= span.to;) {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(Math.min(pieceBytes, span.to + 1 - at)), 0, undefined, at)
    if (bytesRead === 0) return false
    const piece = buffer.subarray(0, bytesRead)
    turnByte(piece, turned - at)
    world.counts.fileBytes += bytesRead
    const sent = plan.bytesPerSecond > 0 ? trickle(response, piece, plan.bytesPerSecond) : write(response, piece)
    if (!(await sent)) return false
    at += bytesRead
  }
  return true
}

function turnByte(piece: Buffer, at: number): void {
  const byte = piece[at]
  if (byte !== undefined) piece[at] = byte ^ 0xff
}
