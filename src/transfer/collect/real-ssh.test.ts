import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { aClosing } from '../../../test/contracts/collector-contract.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import type { AttemptPlace, Collector } from '../collector.ts'
import { LibraryAndMachines, resultFiles, run, shape } from './testing/library-and-machines.ts'
import { findSshd, loopbackUser, openLoopbackSshd, type LoopbackSshd } from './testing/loopback-sshd.ts'

const sshd = findSshd()

test('sshd is installed: without it nothing here is shown with a real ssh', () => {
  assert.notEqual(sshd, undefined, 'install openssh-server: the tests over a real ssh were not run')
})

/** A machine behind a real sshd, and a library beside it. */
class BehindSshd {
  readonly all: LibraryAndMachines
  readonly place: AttemptPlace
  readonly server: LoopbackSshd

  private constructor(all: LibraryAndMachines, place: AttemptPlace, server: LoopbackSshd) {
    this.all = all
    this.place = place
    this.server = server
  }

  static async open(through: 'the door' | 'a shell'): Promise<BehindSshd> {
    const all = await LibraryAndMachines.open()
    const local = await all.newPlace()
    const server = await openLoopbackSshd(sshd ?? '', join(all.root, 'sshd'), all.folderOf(local), through)
    await mkdir(join(all.root, 'scratch'))
    return new BehindSshd(all, { ...local, address: '127.0.0.1', hostKey: server.hostKey }, server)
  }

  collectorWith(identityFile = this.server.identityFile, port = this.server.port): Collector {
    const ssh = { identityFile, port, user: loopbackUser, connectSeconds: 30 }
    return this.all.newCollector({ ssh, scratchFolder: join(this.all.root, 'scratch') })
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.all.close()
  }
}

suite('collecting over a real ssh', { skip: sshd === undefined }, () => {
  let bed: BehindSshd
  let all: LibraryAndMachines
  let place: AttemptPlace
  let server: LoopbackSshd
  let collector: Collector

  before(async () => {
    bed = await BehindSshd.open('a shell')
    ;({ all, place, server } = bed)
    collector = bed.collectorWith()
  })
  after(() => bed.close())

  test('a look, a transfer and the removing of sources go through the door of the agent, and no known_hosts file is left', async () => {
    const behindDoor = await BehindSshd.open('the door')
    const { all, place } = behindDoor
    const collector = behindDoor.collectorWith()
    await all.handOver(place)
    const closing = aClosing(place)
    await all.writeOnMachine(place, 'results/DONE.json', JSON.stringify(closing))
    const looked = await collector.peek(place, [run.runAccession])
    assert.deepEqual(looked.kind === 'read' && [looked.closing, looked.handedOver.length], [closing, 1], JSON.stringify(looked))
    const collected = await collector.collect(place, run)
    assert.equal(shape(collected), 'proved', JSON.stringify(collected))
    assert.deepEqual(await all.stored(), resultFiles)
    assert.deepEqual(await collector.remove(place, run.runAccession), { kind: 'removed' })
    assert.deepEqual(await collector.remove(place, run.runAccession), { kind: 'removed' })
    assert.deepEqual((await readdir(all.onMachine(place), { recursive: true })).sort(), ['assembly', 'reads'])
    const left = await readdir(join(all.root, 'scratch'), { recursive: true })
    assert.deepEqual(
      left.filter(path => path.includes('known_hosts') || path.includes('mirror')),
      [],
    )
    await collector.clearIncoming(place.attemptId)
    assert.deepEqual(await readdir(join(all.root, 'scratch')), [])
    await behindDoor.close()
  })

  test('what is not byte for byte at home stays on the machine', async () => {
    const runAccession = 'ERR1000002'
    await all.handOver(place, resultFiles, manifestOf(resultFiles), runAccession)
    const owed = { ...run, runAccession, deliveryId: 'delivery0002' }
    assert.equal(shape(await collector.collect(place, owed)), 'proved')
    await writeFile(all.onMachine(place, 'reads/r_1.fastq.gz', runAccession), 'reads 0ne')
    await writeFile(all.onMachine(place, 'late', runAccession), 'came later')
    assert.equal((await collector.remove(place, runAccession)).kind, 'left')
    const left = await readdir(all.onMachine(place, '', runAccession), { recursive: true })
    assert.deepEqual(left.filter(path => path !== 'assembly').sort(), ['late', 'manifest.sha256', 'reads', 'reads/r_1.fastq.gz'])
    assert.deepEqual(await all.stored('runs/ERR100/ERR1000002/delivery0002'), resultFiles)
  })

  test('a machine with another host key is somebody else’s: nothing is asked of it, and a person must look', async () => {
    const other = { ...place, hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}` }
    const collected = await collector.collect(other, { ...run, deliveryId: 'delivery0003' })
    assert.equal(shape(collected), 'failed, needs a person')
    assert.match(JSON.stringify(collected), /somebody else's machine/)
    const looked = await collector.peek(other, [])
    assert.match(looked.kind === 'unreachable' ? looked.why : '', /somebody else's machine/)
    await assert.rejects(collector.remove(other, run.runAccession), { code: 'broken-answer' })
  })

  test('a key that the machine does not know is refused, with what to do', async () => {
    const looked = await bed.collectorWith(server.strangerFile).peek(place, [])
    assert.match(looked.kind === 'unreachable' ? looked.why : '', /does not let us in: its boot plan must hold/)
  })

  test('a key that is not there or that everybody may read is our own fault, and said to be', async () => {
    const open = join(all.root, 'open-key')
    await writeFile(open, 'no key', { mode: 0o644 })
    for (const file of [open, join(all.root, 'no-key')]) {
      const looked = await bed.collectorWith(file).peek(place, [])
      assert.match(looked.kind === 'unreachable' ? looked.why : '', /our own key cannot be used/)
    }
  })

  test('a port at which nothing answers may answer later', async () => {
    const collected = await bed.collectorWith(server.identityFile, 1).collect(place, { ...run, deliveryId: 'delivery0004' })
    assert.equal(shape(collected), 'failed, may pass')
    assert.match(JSON.stringify(collected), /nothing answers ssh there/)
  })
})
