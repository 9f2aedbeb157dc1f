import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { collectorContract } from '../../../test/contracts/collector-contract.ts'
import { parseReceipt } from '../receipt.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import { deliveryPath, LibraryAndMachines, resultFiles, run, shape, withLibrary } from './testing/library-and-machines.ts'

collectorContract('rsync', async () => {
  const all = await LibraryAndMachines.open()
  return {
    collector: all.collector,
    newPlace: () => all.newPlace(),
    handOver: (place, accession, files) => all.handOver(place, files, manifestOf(files), accession),
    spoil: async (place, accession) => {
      const path = all.onMachine(place, 'assembly/contigs.fasta', accession)
      const text = await readFile(path, 'utf8')
      await writeFile(path, 'X'.repeat(text.length))
    },
    isOnMachine: (place, accession) =>
      stat(all.onMachine(place, '', accession)).then(
        () => true,
        () => false,
      ),
    say: async (place, { standing, closing }) => {
      if (standing !== undefined) await all.writeOnMachine(place, 'standing.json', JSON.stringify(standing))
      if (closing !== undefined) await all.writeOnMachine(place, 'results/DONE.json', JSON.stringify(closing))
    },
    lose: place => rm(place.address, { recursive: true }),
    linkedDelivery: link => all.linkedDelivery(link.startsWith('by-taxon/') ? link : `runs/ERR100/${link}`),
    crowded: () => all.newCollector({ reserveBytes: Number.MAX_SAFE_INTEGER }),
    close: () => all.close(),
  }
})

suite('the library', () => {
  test(
    'has a delivery whole in its place, read-only, with manifest and receipt, and nothing left in incoming',
    withLibrary(async (all, place) => {
      const manifestSha256 = await all.handOver(place)
      assert.equal(shape(await all.collector.collect(place, { ...run, manifestSha256 })), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
      assert.deepEqual(await all.incoming(), [])
      assert.equal((await stat(all.atHome(`${deliveryPath}/assembly/contigs.fasta`))).mode & 0o777, 0o444)
      const receipt = parseReceipt(await readFile(all.atHome(`${deliveryPath}/receipt.json`), 'utf8'))
      const { attemptId, machineId } = place
      const { runAccession, deliveryId, revision, recipe, recipeIdentity } = run
      assert.deepEqual(
        { ...receipt, files: receipt.files.map(file => file.path) },
        {
          version: 1,
          ...{ deliveryId, attemptId, machineId, runAccession, revision, recipe, recipeIdentity, manifestSha256 },
          collector: 'rsync',
          storedAt: '2026-01-02T03:04:06.000Z',
          totalBytes: Object.values(resultFiles).join('').length,
          files: Object.keys(resultFiles),
          versions: { skesa: '2.4.0' },
        },
      )
    }),
  )

  test(
    'has relative links, so that it can be moved',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, { ...run, taxIds: [562] })
      assert.equal(await readlink(all.atHome('runs/ERR100/ERR1000001/assemble')), 'delivery0001')
      assert.equal(await readlink(all.atHome('by-taxon/562/ERR1000001')), '../../runs/ERR100/ERR1000001/assemble')
      assert.equal(await readFile(all.atHome('by-taxon/562/ERR1000001/reads/r_1.fastq.gz'), 'utf8'), 'reads one')
    }),
  )

  test(
    'keeps the deliveries of two recipes beside each other, each with its link',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, { ...run, taxIds: [562] })
      const other = await all.newPlace()
      await all.handOver(other, { 'reads/r_1.fastq.gz': 'only reads' })
      await all.collector.collect(other, { ...run, deliveryId: 'delivery0002', recipe: 'fetch', taxIds: [561] })
      assert.equal(await all.linkedDelivery('by-taxon/562/ERR1000001'), 'delivery0001')
      assert.equal(await all.linkedDelivery('by-taxon/561/ERR1000001'), 'delivery0002')
    }),
  )

  test(
    'is made when only its last folder is missing, and not begun anew where a disk is not mounted',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const elsewhere = all.newCollector({ libraryFolder: join(all.root, 'mount', 'library') })
      assert.equal(shape(await elsewhere.collect(place, run)), 'failed, may pass')
      assert.deepEqual((await readdir(all.root)).includes('mount'), false)
    }),
  )

  test(
    'gives no room to ids and names that could lead out of it',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const bad = [
        { runAccession: '../ERR1000001' },
        { runAccession: 'ERR1' },
        { deliveryId: '..' },
        { deliveryId: 'a/b' },
        { recipe: '../assemble' },
        { recipe: '.hidden' },
        { recipe: 'delivery0001' },
      ]
      for (const change of bad) {
        assert.equal(
          shape(await all.collector.collect(place, { ...run, ...change })),
          'failed, needs a person',
          JSON.stringify(change),
        )
      }
      assert.equal(shape(await all.collector.collect({ ...place, attemptId: '../..' }, run)), 'failed, needs a person')
      await assert.rejects(async () => all.collector.clearIncoming('../runs'), { code: 'bad-input' })
    }),
  )

  test(
    'does not call a delivery stored whose files or receipt are damaged',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await chmod(all.atHome(`${deliveryPath}/reads/r_1.fastq.gz`), 0o600)
      await writeFile(all.atHome(`${deliveryPath}/reads/r_1.fastq.gz`), 'short')
      assert.equal(shape(await all.collector.collect(place, run)), 'failed, needs a person')
      await rm(all.atHome(`${deliveryPath}/receipt.json`))
      assert.equal(shape(await all.collector.collect(place, run)), 'failed, needs a person')
    }),
  )

  test(
    'does not take the receipt of one delivery for another',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      assert.equal(shape(await all.collector.collect(place, { ...run, recipe: 'fetch' })), 'failed, needs a person')
    }),
  )

  test(
    'tells of what it cannot read, and lists the rest',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await mkdir(all.atHome('runs/ERR100/ERR1000001/delivery0009'))
      await mkdir(all.atHome('runs/ERR100/ERR1000002/delivery0003'), { recursive: true })
      await writeFile(all.atHome('runs/ERR100/ERR1000002/delivery0003/receipt.json'), '{}')
      await mkdir(all.atHome('runs/lost+found/something/else'), { recursive: true })
      const ids = []
      for await (const stored of all.collector.stored()) ids.push(stored.deliveryId)
      assert.deepEqual(ids, ['delivery0001'])
      assert.equal(all.warnings.length, 2)
    }),
  )

  test(
    'is empty before the first delivery, and has space to count',
    withLibrary(async all => {
      for await (const stored of all.collector.stored()) assert.fail(stored.deliveryId)
      assert.ok((await all.collector.freeBytes()) > 0)
    }),
  )

  test(
    'links only to deliveries of the run that lie in it',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await assert.rejects(all.collector.link(run, 'runs/ERR100/ERR1000001/delivery0009'), { code: 'not-found' })
      await assert.rejects(all.collector.link({ ...run, runAccession: 'ERR1000002' }, deliveryPath), { code: 'not-found' })
    }),
  )

  test(
    'gives a taxon that comes later its link, and turns the link of the recipe not back to an older delivery',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await all.collector.collect(place, { ...run, deliveryId: 'delivery0002' })
      await all.collector.link({ ...run, taxIds: [623] }, deliveryPath)
      assert.equal(await readlink(all.atHome('runs/ERR100/ERR1000001/assemble')), 'delivery0002')
      assert.equal(await readlink(all.atHome('by-taxon/623/ERR1000001')), '../../runs/ERR100/ERR1000001/assemble')
    }),
  )

  test(
    'puts no link in the place of something that a person made there, and says so',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await mkdir(all.atHome('by-taxon/562/ERR1000001/theirs'), { recursive: true })
      assert.equal(shape(await all.collector.collect(place, { ...run, taxIds: [562] })), 'failed, needs a person')
      assert.deepEqual(await readdir(all.atHome('by-taxon/562/ERR1000001')), ['theirs'])
      await rm(all.atHome('by-taxon/562/ERR1000001'), { recursive: true })
      assert.equal(shape(await all.collector.collect(place, { ...run, taxIds: [562] })), 'proved')
    }),
  )
})

suite('removing sources', () => {
  test(
    'leaves what is not byte for byte in the library, and says what',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await writeFile(all.onMachine(place, 'assembly/contigs.fasta'), '>contig_1\nTTTTTTTT\n')
      await writeFile(all.onMachine(place, 'more'), 'came later')
      const removed = await all.collector.remove(place, run.runAccession)
      assert.equal(removed.kind, 'left')
      assert.deepEqual((await readdir(all.onMachine(place))).sort(), ['assembly', 'manifest.sha256', 'more'])
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'leaves everything when the copy in the library is not what its receipt says',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await chmod(all.atHome(`${deliveryPath}/reads/r_1.fastq.gz`), 0o600)
      await writeFile(all.atHome(`${deliveryPath}/reads/r_1.fastq.gz`), 'reads two')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.equal(await readFile(all.onMachine(place, 'reads/r_1.fastq.gz'), 'utf8'), 'reads one')
    }),
  )

  test(
    'goes on where a death left it',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await rm(all.onMachine(place, 'assembly'), { recursive: true })
      assert.deepEqual(await all.collector.remove(place, run.runAccession), { kind: 'removed' })
      assert.deepEqual(await readdir(join(place.address, 'results')), [])
    }),
  )

  test(
    'leaves a surplus copy with other bytes, whose manifest is not the one that was proved',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      const other = await all.newPlace()
      await all.handOver(other, { 'assembly/contigs.fasta': '>other\nTTTT\n' })
      assert.equal((await all.collector.remove(other, run.runAccession)).kind, 'left')
      assert.equal((await lstat(all.onMachine(other))).isDirectory(), true)
    }),
  )

  test(
    'never follows a link on the machine to files of ours',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      await rm(all.onMachine(place), { recursive: true })
      await symlink(all.atHome(deliveryPath), all.onMachine(place))
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      await rm(all.onMachine(place))
      await mkdir(all.onMachine(place))
      await symlink(all.atHome(`${deliveryPath}/reads`), all.onMachine(place, 'reads'))
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )
})
