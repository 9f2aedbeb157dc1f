import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { mostReportBytes } from '../../src/api/collections.ts'
import { collectionRoutes } from '../../src/daemon/http/routes/collections.ts'
import type { StoredReport } from '../../src/api/collections.ts'
import { formatManifest, manifestSha256 } from '../../src/transfer/manifest.ts'
import { manifestOf } from '../../src/transfer/testing/scratch-folder.ts'
import type { AttemptPlace } from '../../src/transfer/collector.ts'
import { CollectorWorld, tokens } from './collector-world.ts'

const run = 'ERR1000001'
const base = '/api/collections'
const standing = { collector: 'storage', libraryId: 'abcdef012345', version: '1', freeBytes: 10, holds: [] as string[] }
const files = { 'a/contigs.fasta': `>${run}\nACGT\n` }

const aReport = (changes: Partial<StoredReport> = {}): StoredReport => ({
  runAccession: run,
  deliveryId: `d-${run}`,
  attemptId: 'attempt1',
  revision: `rev-${run}`,
  recipe: 'assemble',
  recipeIdentity: 'i',
  storedAt: '2026-03-10T12:00:00.000Z',
  relativePath: `runs/ERR100/${run}/d-${run}`,
  manifest: manifestOf(files),
  versions: {},
  ...changes,
})

let world: CollectorWorld
let place: AttemptPlace
beforeEach(async () => {
  world = await CollectorWorld.open()
  place = await world.finished(run)
})
afterEach(() => world.close())

const tell = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
  const response = await world.ask(`${base}${path}`, tokens.collector, body)
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return JSON.parse(text) as Record<string, unknown>
}
const receipt = (stored: StoredReport) => tell('/receipts', { collector: 'storage', attemptId: place.attemptId, stored })

suite("the collector's door", () => {
  test('answers all that is declared, and its program asks for each', () => {
    const textOf = (file: string): string => readFileSync(join(import.meta.dirname, '../../src', file), 'utf8')
    const declared = [...textOf('api/collections.ts').matchAll(/export const (\w+) = endpoint\(/g)].map(([, name]) => name ?? '')
    assert.equal(declared.length, collectionRoutes.length)
    const asked = textOf('collector/daemon-talk.ts')
    for (const name of declared) assert.match(asked, new RegExp(`\\.ask\\(${name}\\b`))
  })

  test("opens to the collector's token alone, and that token opens nothing else", async () => {
    const statusOf = async (path: string, token?: string, body?: unknown) => (await world.ask(path, token, body)).status
    for (const token of [undefined, 'another', tokens.people]) {
      assert.equal(await statusOf(`${base}?collector=storage`, token), 401)
      assert.equal(await statusOf(`${base}/standing`, token, standing), 401)
    }
    assert.equal(await statusOf(`${base}?collector=storage`, tokens.collector), 200)
    for (const path of ['/api/status', '/api/runs', '/api/taxa', '/api/attention', '/api/workers', '/api/nothing']) {
      assert.equal(await statusOf(path, tokens.collector), 401, path)
    }
    for (const path of ['/api/runs/retry', '/api/holdings', '/agent/beat', `${base}/other`]) {
      assert.equal(await statusOf(path, tokens.collector, {}), 401, path)
    }
  })

  test('refuses what is too long, and what is not as it should be', async () => {
    const long = await world.ask(`${base}/standing`, tokens.collector, { ...standing, version: 'x'.repeat(mostReportBytes) })
    assert.equal(long.status, 413)
    const wrong: [string, unknown][] = [
      ['/standing', { ...standing, freeBytes: -1 }],
      ['/standing', { ...standing, collector: '../up' }],
      ['/claim', { collector: 'storage', atMost: 0 }],
      ['/receipts', { collector: 'storage', attemptId: 'attempt1', stored: { ...aReport(), runAccession: 'ERR1/../..' } }],
      [
        '/peeks',
        { collector: 'storage', attemptId: 'attempt1', machineId: 'm', unheard: [], peek: { kind: 'read', standing: {} } },
      ],
    ]
    for (const [path, body] of wrong) assert.equal((await world.ask(`${base}${path}`, tokens.collector, body)).status, 400, path)
  })

  test('does not let a second library go by a name that is in use', async () => {
    await tell('/standing', standing)
    const other = { ...standing, libraryId: '543210fedcba' }
    assert.equal((await world.ask(`${base}/standing`, tokens.collector, other)).status, 409)
    world.nowMs += 901_000
    await tell('/standing', other)
  })
})

suite('a report of a stored delivery', () => {
  test('counts once however often it comes, also after it was acted on', async () => {
    for (const time of [1, 2]) assert.deepEqual(await receipt(aReport()), { heard: 'noted', why: '' }, `time ${time}`)
    await world.stages()
    assert.deepEqual(await receipt(aReport()), { heard: 'noted', why: '' })
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'delivered' })
    assert.equal((await world.ledger.read.selectFrom('receipts').selectAll().execute()).length, 1)
    assert.equal((await world.ledger.read.selectFrom('collection_facts').selectAll().execute()).length, 0)
  })

  test('is refused when it is not what was announced or owed, and a person is asked', async () => {
    const [file] = manifestOf(files)
    assert.ok(file !== undefined)
    const unsound: Partial<StoredReport>[] = [
      { manifest: manifestOf({ 'a/contigs.fasta': 'other' }) },
      { manifest: manifestOf({ 'a/contigs.fasta': 'other' }), attemptId: 'nobody-knows' },
      { manifest: [{ ...file, path: '../../etc/passwd' }] },
      { manifest: [] },
      { relativePath: `runs/ERR100/${run}/another` },
      { relativePath: '/etc' },
      { revision: 'another' },
      { recipe: 'fetch' },
    ]
    for (const changes of unsound) assert.equal((await receipt(aReport(changes)))['heard'], 'refused', JSON.stringify(changes))
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'batched, 1 failures' })
    world.nowMs += 3_600_000
    await receipt(aReport({ relativePath: '/etc' }))
    await world.stages()
    assert.deepEqual(
      (await world.needs()).filter(need => need.startsWith('taxon')),
      ['taxon 562 collect-failed'],
    )
  })

  test('of another delivery or attempt is not wanted, and changes nothing', async () => {
    assert.equal(
      (await receipt(aReport({ deliveryId: 'another', relativePath: `runs/ERR100/${run}/another` })))['heard'],
      'not-wanted',
    )
    const body = { collector: 'storage', attemptId: 'unknown', stored: aReport() }
    assert.equal((await tell('/receipts', body))['heard'], 'not-wanted')
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'batched' })
  })

  test('of a copy that another attempt made is compared with what that one announced', async () => {
    const second = await world.finished()
    const other = manifestOf({ 'a/contigs.fasta': 'the other copy' })
    const announced = {
      delivery_id: `d-${run}`,
      outcome: 'done' as const,
      manifest_sha256: manifestSha256(formatManifest(other)),
    }
    await world.rows.attemptRun(second.attemptId, run, announced)
    assert.equal((await receipt(aReport({ attemptId: second.attemptId })))['heard'], 'refused')
    assert.equal((await receipt(aReport({ attemptId: second.attemptId, manifest: other })))['heard'], 'noted')
  })
})

suite('a report of a try', () => {
  const failed = (failures: number) => ({
    ...{ collector: 'storage', attemptId: place.attemptId, runAccession: run, failures },
    outcome: { kind: 'failed', temporary: true, why: 'the line broke' },
  })

  test('that failed counts once: a late repetition is of an earlier try', async () => {
    for (const time of [1, 2]) assert.equal((await tell('/failures', failed(0)))['heard'], 'noted', `time ${time}`)
    await world.stages()
    assert.equal((await tell('/failures', failed(0)))['heard'], 'not-wanted')
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'batched, 1 failures' })
  })

  test('that failed does not stand before a proof, whichever comes first', async () => {
    await tell('/failures', failed(0))
    await receipt(aReport())
    await tell('/failures', failed(0))
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'delivered' })
  })

  test('to remove sources is not wanted before the proof is acknowledged', async () => {
    const removed = {
      collector: 'storage',
      attemptId: place.attemptId,
      runAccession: run,
      failures: 0,
      outcome: { kind: 'removed' },
    }
    await receipt(aReport())
    assert.equal((await tell('/removed', removed))['heard'], 'not-wanted')
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'delivered' })
    assert.equal((await tell('/removed', removed))['heard'], 'noted')
    await world.stages()
    assert.equal((await tell('/removed', removed))['heard'], 'not-wanted')
    assert.deepEqual(await world.fates(), { [run]: 'delivered, removed' })
  })

  test('to remove sources that fails is tried again later, and not counted twice', async () => {
    await receipt(aReport())
    await world.stages()
    const outcome = { kind: 'failed', why: 'no route' }
    const body = { collector: 'storage', attemptId: place.attemptId, runAccession: run, failures: 0, outcome }
    for (const time of [1, 2]) assert.equal((await tell('/removed', body))['heard'], 'noted', `time ${time}`)
    await world.stages()
    await tell('/removed', body)
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'delivered, 1 failures' })
    const wanted = async () =>
      ((await (await world.ask(`${base}?collector=storage`, tokens.collector)).json()) as { removals: unknown[] }).removals
    assert.equal((await wanted()).length, 0)
    world.nowMs += 3_600_000
    assert.equal((await wanted()).length, 1)
  })
})
