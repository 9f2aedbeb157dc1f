import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { RunAccession } from '../../src/core/accession.ts'
import { Problem } from '../../src/core/problem.ts'
import type { ProblemCode } from '../../src/core/problem.ts'
import type { ArchiveRun } from '../../src/core/run.ts'
import type { Source, Wanted } from '../../src/daemon/sources/source.ts'
import { anArchiveRun, pairOf } from '../fakes/archive-world.ts'
import type { WorldTaxon } from '../fakes/archive-world.ts'

/** How the next list of runs goes wrong. */
export type ContractSpoiling = 'cut' | 'repeated' | 'empty'

/** A source with an archive behind it that a test can fill and spoil. */
export interface SourceWorld {
  source: Source
  /** The archive holds just this from now on. */
  hold(runs: readonly ArchiveRun[], taxa: readonly WorldTaxon[]): void
  /** The next list of runs breaks off, repeats itself, or has no rows. */
  spoilNext(spoiling: ContractSpoiling): void
  /** Nobody answers until further notice. */
  fallSilent(): void
  close(): Promise<void>
}

const taxa: WorldTaxon[] = [
  { taxId: 620, scientificName: 'Shigella', rank: 'genus' },
  { taxId: 624, scientificName: 'Shigella sonnei', rank: 'species', parent: 620, merged: [99624], synonyms: ['Sonne bacillus'] },
  { taxId: 300269, scientificName: 'Shigella sonnei Ss046', rank: 'strain', parent: 624 },
  { taxId: 55087, scientificName: 'Morganella', rank: 'genus' },
  { taxId: 581, scientificName: 'Morganella', rank: 'genus' },
]
const genus: Wanted = { taxId: 620, scope: 'subtree', since: undefined }

const runs: ArchiveRun[] = [
  anArchiveRun({ runAccession: 'ERR900001' }),
  anArchiveRun({ runAccession: 'SRR9000002', taxId: 300269, firstPublicOn: '2023-01-01', enaUpdatedOn: '2025-06-01' }),
  anArchiveRun({ runAccession: 'DRR900003', taxId: 620, firstPublicOn: '2025-06-01', enaUpdatedOn: '2023-01-01' }),
  anArchiveRun({ runAccession: 'ERR9000004', readFiles: [], readCount: undefined, baseCount: undefined }),
  anArchiveRun({ runAccession: 'ERR90000055', taxId: 581 }),
  ...Array.from({ length: 60 }, (_, n) => anArchiveRun({ runAccession: `SRR80000${String(n).padStart(2, '0')}` })),
]

async function all(source: Source, wanted: Wanted): Promise<ArchiveRun[]> {
  const found: ArchiveRun[] = []
  for await (const run of source.runsOf(wanted)) found.push(run)
  return found
}

function names(found: readonly ArchiveRun[]): string[] {
  return found.map(run => run.runAccession).sort()
}

/** The metadata line is in the source's own columns, so it is looked at by itself. */
function apart(run: ArchiveRun | 'gone'): Omit<ArchiveRun, 'metadataLine'> | 'gone' {
  if (run === 'gone') return run
  const { metadataLine, ...rest } = run
  assert.ok(metadataLine !== '')
  return rest
}

function problem(...codes: ProblemCode[]) {
  return (error: unknown) => {
    assert.ok(error instanceof Problem, String(error))
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`)
    return true
  }
}

/** What holds for every source. */
export function sourceContract(name: string, open: () => Promise<SourceWorld>): void {
  const given = async (t: TestContext) => {
    const world = await open()
    t.after(() => world.close())
    world.hold(runs, taxa)
    return world
  }

  suite(`the source ${name}`, () => {
    runsContract(given)
    oneRunContract(given)
    taxonContract(given)
  })
}

type Given = (t: TestContext) => Promise<SourceWorld>

function runsContract(given: Given): void {
  test('brings every run of a subtree once, as the archive has it', async t => {
    const { source } = await given(t)
    const found = await all(source, genus)
    const wanted = runs.filter(run => run.taxId !== 581)
    assert.deepEqual(names(found), names(wanted))
    for (const run of wanted)
      assert.deepEqual(apart(found.find(one => one.runAccession === run.runAccession) ?? 'gone'), apart(run))
  })

  test('brings the runs of a taxon alone when asked to', async t => {
    const { source } = await given(t)
    assert.deepEqual(names(await all(source, { ...genus, scope: 'alone' })), ['DRR900003'])
  })

  test('brings what was updated or made public since a day', async t => {
    const { source } = await given(t)
    const since: Wanted = { ...genus, since: '2025-06-01' }
    assert.deepEqual(names(await all(source, since)), ['DRR900003', 'SRR9000002'])
    assert.equal((await source.countOf(since)).count, 2)
  })

  test('counts what it brings, and says when by the clock of the archive', async t => {
    const { source } = await given(t)
    const { count, archiveAt } = await source.countOf(genus)
    assert.equal(count, (await all(source, genus)).length)
    assert.ok(!Number.isNaN(archiveAt.getTime()))
  })

  test('brings nothing where there is nothing', async t => {
    const { source } = await given(t)
    const nothing: Wanted = { taxId: 55087, scope: 'subtree', since: undefined }
    assert.deepEqual(await all(source, nothing), [])
    assert.equal((await source.countOf(nothing)).count, 0)
    assert.deepEqual((await source.amountOf(55087, 'subtree')).runs, 0)
  })

  test('has as many cells in each line as it has fields, the accession among them', async t => {
    const { source } = await given(t)
    await source.checkFields()
    const place = source.fields().indexOf('run_accession')
    for (const run of await all(source, genus)) {
      const cells = run.metadataLine.split('\t')
      assert.equal(cells.length, source.fields().length)
      assert.equal(cells[place], run.runAccession)
    }
  })

  test('refuses an answer that is cut or repeats itself, and brings no run of it twice', async t => {
    for (const spoiling of ['cut', 'repeated'] as const) {
      const world = await given(t)
      world.spoilNext(spoiling)
      const before: string[] = []
      const reading = (async () => {
        for await (const run of world.source.runsOf(genus)) before.push(run.runAccession)
      })()
      await assert.rejects(reading, problem('broken-answer', 'unreachable'), spoiling)
      assert.equal(new Set(before).size, before.length)
      assert.equal((await all(world.source, genus)).length, 64, 'and the next answer is whole')
    }
  })

  test('an empty answer is no error here: whether to believe it is not for the source to say', async t => {
    const world = await given(t)
    world.spoilNext('empty')
    assert.deepEqual(await all(world.source, genus), [])
  })

  test('whoever stops reading early can go on asking', async t => {
    const { source } = await given(t)
    for (let times = 0; times < 6; times++) {
      for await (const run of source.runsOf(genus)) {
        assert.ok(run.runAccession)
        break
      }
    }
    assert.equal((await all(source, genus)).length, 64)
  })

  test('silence is a Problem that passes', async t => {
    const world = await given(t)
    world.fallSilent()
    await assert.rejects(all(world.source, genus), problem('unreachable'))
    await assert.rejects(world.source.countOf(genus), problem('unreachable'))
    await assert.rejects(world.source.runOf('ERR900001' as RunAccession), problem('unreachable'))
    await assert.rejects(world.source.taxonOf(620), problem('unreachable'))
  })
}

function oneRunContract(given: Given): void {
  test('finds one run by its accession, the same as in the list', async t => {
    const { source } = await given(t)
    const listed = (await all(source, genus)).find(run => run.runAccession === 'ERR900001')
    assert.deepEqual(await source.runOf('ERR900001' as RunAccession), listed)
  })

  test('says that a run is gone when the archive has none', async t => {
    const { source } = await given(t)
    assert.equal(await source.runOf('ERR999999' as RunAccession), 'gone')
  })

  test('brings new files of a run whose days did not move', async t => {
    const world = await given(t)
    world.hold([anArchiveRun({ readFiles: pairOf('ERR900001', 1) })], taxa)
    const [run] = await all(world.source, genus)
    assert.deepEqual(run?.readFiles, pairOf('ERR900001', 1))
  })

  test('estimates how much there is', async t => {
    const { source } = await given(t)
    const { runs: count, bases } = await source.amountOf(620, 'subtree')
    assert.equal(count, 64)
    assert.ok(bases === undefined || bases === 63 * 300_000_000)
  })
}

function taxonContract(given: Given): void {
  test('knows a taxon by its id', async t => {
    const { source } = await given(t)
    assert.deepEqual(await source.taxonOf(624), {
      kind: 'found',
      taxId: 624,
      scientificName: 'Shigella sonnei',
      rank: 'species',
      lineage: 'Shigella',
    })
  })

  test('notices that an id was merged into another', async t => {
    const { source } = await given(t)
    const found = await source.taxonOf(99624)
    assert.deepEqual(found, {
      kind: 'merged',
      into: 624,
      scientificName: 'Shigella sonnei',
      rank: 'species',
      lineage: 'Shigella',
    })
  })

  test('says so when there is no such taxon', async t => {
    const { source } = await given(t)
    const { kind } = await source.taxonOf(987654321)
    assert.ok(kind === 'unknown' || kind === 'deleted')
    assert.deepEqual(await source.taxonNamed('Shigella imaginaria'), { kind: 'unknown' })
  })

  test('knows a taxon by its scientific name and by others', async t => {
    const { source } = await given(t)
    for (const name of ['Shigella sonnei', 'Sonne bacillus']) {
      const found = await source.taxonNamed(name)
      assert.equal(found.kind === 'found' && found.taxId, 624, name)
    }
  })

  test('names all candidates when a name stands for several taxa', async t => {
    const { source } = await given(t)
    const found = await source.taxonNamed('Morganella')
    assert.ok(found.kind === 'ambiguous')
    assert.deepEqual(found.candidates.map(candidate => candidate.taxId).sort(), [55087, 581])
  })
}
