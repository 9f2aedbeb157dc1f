import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { ClosingDocument, Standing } from '../../src/api/closing.ts'
import type { AttemptPlace, Collected, Collector, Proved, ToCollect } from '../../src/transfer/collector.ts'

/** A collector with what a test must be able to do behind its back. */
export interface CollectorUnderTest {
  collector: Collector
  /** A new machine of a new attempt. */
  newPlace(): Promise<AttemptPlace>
  /** The machine's agent hands over a run: path → text. Gives the SHA-256 of its manifest. */
  handOver(place: AttemptPlace, runAccession: string, files: Record<string, string>): Promise<string>
  /** One file on the machine turns into another of the same size; its manifest stays. */
  spoil(place: AttemptPlace, runAccession: string): Promise<void>
  isOnMachine(place: AttemptPlace, runAccession: string): Promise<boolean>
  say(place: AttemptPlace, said: { standing?: Standing; closing?: ClosingDocument }): Promise<void>
  /** The machine cannot be reached any more. */
  lose(place: AttemptPlace): Promise<void>
  /** The delivery that a link of the library leads to: `<run>/<recipe>` or `by-taxon/<tax id>/<run>`; undefined without such a link. */
  linkedDelivery(link: string): Promise<string | undefined>
  /** A collector over the same library when that has not one byte to spare. */
  crowded(): Collector
  close(): Promise<void>
}

/** A run to collect; override what matters. */
export function aRunToCollect(changes: Partial<ToCollect> = {}): ToCollect {
  return {
    runAccession: 'ERR1000001',
    deliveryId: 'delivery0001',
    revision: 'aaaaaaaaaaaaaaaa',
    recipe: 'assemble',
    recipeIdentity: 'bbbbbbbbbbbbbbbb',
    taxIds: [],
    manifestSha256: undefined,
    ...changes,
  }
}

/** A standing as an agent writes it in the middle of its work. */
export function aStanding(place: AttemptPlace): Standing {
  const progress = {
    phase: 'working' as const,
    runsDone: 1,
    runsFailed: 0,
    runsTotal: 2,
    bytesWritten: 10,
    freeDiskBytes: 10,
    freeMemoryBytes: 10,
    tasksEnded: 3,
  }
  return { version: 1, attemptId: place.attemptId, machineId: place.machineId, beat: 4, progress, outcomes: [] }
}

/** A closing document as an agent writes it last of all. */
export function aClosing(place: AttemptPlace): ClosingDocument {
  return { version: 1, attemptId: place.attemptId, machineId: place.machineId, ending: 'finished', outcomes: [], logTail: '' }
}

const files = { 'assembly/contigs.fasta': '>c1\nACGT\n', 'versions.txt': 'skesa 2.4\n' }

/** What must be true of every collector. */
export function collectorContract(name: string, open: () => Promise<CollectorUnderTest>): void {
  suite(`the collector ${name}`, () => {
    let under: CollectorUnderTest
    let place: AttemptPlace
    beforeEach(async () => {
      under = await open()
      place = await under.newPlace()
    })
    afterEach(() => under.close())

    async function storedIds(): Promise<string[]> {
      const ids: string[] = []
      for await (const { deliveryId } of under.collector.stored()) ids.push(deliveryId)
      return ids.sort()
    }

    test('what was handed over is proved at home with its manifest and a relative path', async () => {
      const manifestSha256 = await under.handOver(place, 'ERR1000001', files)
      const proved = provedOf(await under.collector.collect(place, aRunToCollect({ manifestSha256 })))
      assert.deepEqual(
        proved.manifest.map(({ path, bytes }) => [path, bytes]),
        Object.entries(files).map(([path, text]) => [path, text.length]),
      )
      assert.ok(!proved.relativePath.startsWith('/'), proved.relativePath)
      assert.deepEqual(await storedIds(), ['delivery0001'])
    })

    test('a manifest that nobody announced but that lies there is enough', async () => {
      await under.handOver(place, 'ERR1000001', files)
      provedOf(await under.collector.collect(place, aRunToCollect()))
    })

    test('nothing announced and nothing there is not yet', async () => {
      assert.deepEqual(await under.collector.collect(place, aRunToCollect()), { kind: 'not-yet' })
    })

    test('announced and not there is a failure that may pass', async () => {
      const outcome = failureOf(await under.collector.collect(place, aRunToCollect({ manifestSha256: '0'.repeat(64) })))
      assert.equal(outcome.temporary, true)
    })

    test('another manifest than the announced one needs a person, and nothing is stored', async () => {
      await under.handOver(place, 'ERR1000001', files)
      const outcome = failureOf(await under.collector.collect(place, aRunToCollect({ manifestSha256: '0'.repeat(64) })))
      assert.equal(outcome.temporary, false)
      assert.deepEqual(await storedIds(), [])
    })

    test('files that are not what their manifest says need a person, and nothing is stored or removed', async () => {
      const manifestSha256 = await under.handOver(place, 'ERR1000001', files)
      await under.spoil(place, 'ERR1000001')
      assert.equal(failureOf(await under.collector.collect(place, aRunToCollect({ manifestSha256 }))).temporary, false)
      assert.deepEqual(await storedIds(), [])
      assert.equal((await under.collector.remove(place, 'ERR1000001')).kind, 'left')
      assert.equal(await under.isOnMachine(place, 'ERR1000001'), true)
    })

    test('collecting twice is the same as once', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      const first = provedOf(await under.collector.collect(place, run))
      assert.deepEqual(provedOf(await under.collector.collect(place, run)), first)
      assert.deepEqual(await storedIds(), ['delivery0001'])
    })

    test('two collects at the same time store it once', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      const outcomes = await Promise.all([1, 2, 3].map(() => under.collector.collect(place, run)))
      assert.deepEqual(
        outcomes.map(outcome => outcome.kind),
        ['proved', 'proved', 'proved'],
      )
      assert.deepEqual(await storedIds(), ['delivery0001'])
    })

    test('what is stored is said again when the machine is gone', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      const first = provedOf(await under.collector.collect(place, run))
      await under.lose(place)
      assert.deepEqual(provedOf(await under.collector.collect(place, run)), first)
    })

    test('a copy by another attempt is surplus: the first stands and answers', async () => {
      const first = provedOf(
        await under.collector.collect(place, aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })),
      )
      const other = await under.newPlace()
      const manifestSha256 = await under.handOver(other, 'ERR1000001', { 'assembly/contigs.fasta': '>other\nTTTT\n' })
      assert.deepEqual(provedOf(await under.collector.collect(other, aRunToCollect({ manifestSha256 }))), first)
      assert.deepEqual(await storedIds(), ['delivery0001'])
    })

    test('sources are removed once they are proved, and again is the same', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      await under.collector.collect(place, run)
      assert.deepEqual(await under.collector.remove(place, 'ERR1000001'), { kind: 'removed' })
      assert.equal(await under.isOnMachine(place, 'ERR1000001'), false)
      assert.deepEqual(await under.collector.remove(place, 'ERR1000001'), { kind: 'removed' })
    })

    test('what was never collected is not removed', async () => {
      await under.handOver(place, 'ERR1000001', files)
      assert.equal((await under.collector.remove(place, 'ERR1000001')).kind, 'left')
      assert.equal(await under.isOnMachine(place, 'ERR1000001'), true)
    })

    test('a machine that cannot be reached is a failure that may pass', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      await under.lose(place)
      assert.equal(failureOf(await under.collector.collect(place, run)).temporary, true)
      assert.equal((await under.collector.peek(place, ['ERR1000001'])).kind, 'unreachable')
    })

    test('a look reads standing and closing as far as they are there', async () => {
      const look = { kind: 'read', standing: undefined, closing: undefined, handedOver: [] }
      assert.deepEqual(await under.collector.peek(place, []), look)
      const [standing, closing] = [aStanding(place), aClosing(place)]
      await under.say(place, { standing })
      assert.deepEqual(await under.collector.peek(place, []), { ...look, standing })
      await under.say(place, { closing })
      assert.deepEqual(await under.collector.peek(place, []), { ...look, standing, closing })
    })

    test('a look finds what lies there whole though its agent never said so, and only of the runs that are asked about', async () => {
      const manifestSha256 = await under.handOver(place, 'ERR1000001', files)
      await under.handOver(place, 'ERR1000002', files)
      await under.say(place, { standing: aStanding(place) })
      const found = await under.collector.peek(place, ['ERR1000001', 'ERR1000003'])
      assert.ok(found.kind === 'read')
      assert.deepEqual(found.handedOver, [{ runAccession: 'ERR1000001', outcome: 'done', manifestSha256 }])
      provedOf(await under.collector.collect(place, aRunToCollect({ manifestSha256 })))
    })

    test('a look leaves to the agent every run that it speaks of', async () => {
      const manifestSha256 = await under.handOver(place, 'ERR1000001', files)
      const outcomes = [{ runAccession: 'ERR1000001', outcome: 'done' as const, manifestSha256 }]
      await under.say(place, { standing: { ...aStanding(place), outcomes } })
      const found = await under.collector.peek(place, ['ERR1000001'])
      assert.deepEqual(found.kind === 'read' && found.handedOver, [])
      const other = await under.newPlace()
      await under.handOver(other, 'ERR1000001', files)
      await under.say(other, { closing: { ...aClosing(other), outcomes } })
      const foundThere = await under.collector.peek(other, ['ERR1000001'])
      assert.deepEqual(foundThere.kind === 'read' && foundThere.handedOver, [])
    })

    test('a look finds no run without a single byte: it can never be brought home', async () => {
      await under.handOver(place, 'ERR1000001', { empty: '' })
      const found = await under.collector.peek(place, ['ERR1000001'])
      assert.deepEqual(found.kind === 'read' && found.handedOver, [])
    })

    test('a closing document of another attempt or machine is not believed, nor what lies beside it', async () => {
      await under.handOver(place, 'ERR1000001', files)
      for (const wrong of [{ attemptId: 'another' }, { machineId: 'another' }]) {
        await under.say(place, { closing: { ...aClosing(place), ...wrong } })
        assert.equal((await under.collector.peek(place, ['ERR1000001'])).kind, 'unreachable')
      }
    })

    test('links lead from recipe and taxon to the newest delivery, and an old answer does not turn them back', async () => {
      const old = aRunToCollect({ taxIds: [562, 561] })
      await under.handOver(place, 'ERR1000001', files)
      await under.collector.collect(place, old)
      assert.equal(await under.linkedDelivery('by-taxon/562/ERR1000001'), 'delivery0001')
      const other = await under.newPlace()
      await under.handOver(other, 'ERR1000001', { 'assembly/contigs.fasta': '>new\nTTTT\n' })
      await under.collector.collect(
        other,
        aRunToCollect({ deliveryId: 'delivery0002', revision: 'cccccccccccccccc', taxIds: [562] }),
      )
      await under.collector.collect(place, old)
      for (const link of ['ERR1000001/assemble', 'by-taxon/562/ERR1000001', 'by-taxon/561/ERR1000001']) {
        assert.equal(await under.linkedDelivery(link), 'delivery0002', link)
      }
      assert.deepEqual(await storedIds(), ['delivery0001', 'delivery0002'])
    })

    test('a link that is asked for is renewed', async () => {
      await under.handOver(place, 'ERR1000001', files)
      const { relativePath } = provedOf(await under.collector.collect(place, aRunToCollect()))
      assert.equal(await under.linkedDelivery('by-taxon/562/ERR1000001'), undefined)
      await under.collector.link(aRunToCollect({ taxIds: [562] }), relativePath)
      assert.equal(await under.linkedDelivery('by-taxon/562/ERR1000001'), 'delivery0001')
    })

    test('a stored delivery says all that a restored ledger needs', async () => {
      await under.handOver(place, 'ERR1000001', files)
      const proved = provedOf(await under.collector.collect(place, aRunToCollect()))
      for await (const stored of under.collector.stored()) {
        const { runAccession, deliveryId, revision, recipe, recipeIdentity } = aRunToCollect()
        const { storedAt, ...rest } = stored
        assert.ok(storedAt instanceof Date && !Number.isNaN(storedAt.getTime()))
        for (const [key, value] of Object.entries({ runAccession, deliveryId, revision, recipe, recipeIdentity })) {
          assert.equal(rest[key as keyof typeof rest], value, key)
        }
        assert.equal(rest.attemptId, place.attemptId)
        assert.deepEqual(rest.proved, proved)
      }
    })

    test('there is space, counted in bytes', async () => {
      assert.ok((await under.collector.freeBytes()) > 0)
    })

    test('a run for which there is no room says how much must be free, and nothing is stored or removed', async () => {
      const run = aRunToCollect({ manifestSha256: await under.handOver(place, 'ERR1000001', files) })
      const crowded = under.crowded()
      const outcome = await crowded.collect(place, run)
      assert.ok(outcome.kind === 'no-space', JSON.stringify(outcome))
      assert.ok(outcome.neededFreeBytes !== undefined && outcome.neededFreeBytes > (await crowded.freeBytes()))
      assert.deepEqual(await storedIds(), [])
      assert.equal(await under.isOnMachine(place, 'ERR1000001'), true)
    })

    test('clearing what an attempt left half-way touches nothing that is stored', async () => {
      await under.handOver(place, 'ERR1000001', files)
      await under.collector.collect(place, aRunToCollect())
      await under.collector.clearIncoming(place.attemptId)
      await under.collector.clearIncoming(place.attemptId)
      assert.deepEqual(await storedIds(), ['delivery0001'])
    })
  })
}

function provedOf(outcome: Collected): Proved {
  assert.ok(outcome.kind === 'proved', JSON.stringify(outcome))
  return outcome.proved
}

function failureOf(outcome: Collected): Extract<Collected, { kind: 'failed' }> {
  assert.ok(outcome.kind === 'failed', JSON.stringify(outcome))
  return outcome
}
