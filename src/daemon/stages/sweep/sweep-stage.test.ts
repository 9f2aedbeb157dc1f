import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import { attemptFoldersIn } from '../../attempt-folders.ts'
import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { beginEpoch } from '../../ledger/installation.ts'
import { noteRound } from '../../ledger/grace.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { localProvider } from '../../providers/local/local-provider.ts'
import { pass } from '../pass.ts'
import { sweepStage } from './sweep-stage.ts'

const begin = Date.parse('2026-03-10T12:00:00.000Z')
const machineId = '01234567-0123-0123-0123-0123456789ab.4000000.1'
let nowMs: number
let folder: string
let ledger: Ledger
let deps: Deps

beforeEach(async () => {
  nowMs = begin
  folder = mkdtempSync(join(tmpdir(), 'mf-sweep-'))
  ledger = await openLedger(':memory:')
  const clock = () => new Date(nowMs)
  const log = { say: () => undefined, warn: () => undefined }
  const effect = () => undefined
  const agentBundle = () => Promise.reject(new Error('nothing is made here'))
  const workFolder = join(folder, 'workers')
  const provider = localProvider({ workFolder, agentBundle, node: [], environment: {}, clock, effect, log })
  const attemptFolders = attemptFoldersIn(join(folder, 'attempts'))
  const collector = { name: 'rsync', stored: async function* () {}, clearIncoming: () => Promise.resolve() }
  const known = { ledger, provider, attemptFolders, collector, clock, log, effect, policy: defaultPolicy }
  deps = known as unknown as Deps
})
afterEach(async () => {
  await ledger.close()
  rmSync(folder, { recursive: true })
})

/** A machine's folder with results in it. */
function machineFolder(name: string, machineText: string): string {
  const path = join(folder, 'workers', name)
  mkdirSync(join(path, 'results/ERR000001'), { recursive: true })
  writeFileSync(join(path, 'results/ERR000001/contigs.fa'), 'ACGT')
  writeFileSync(join(path, 'machine.json'), machineText)
  return path
}

async function rounds(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    nowMs += 30_000
    await noteRound(ledger, new Date(nowMs), defaultPolicy.periodSeconds, defaultPolicy.graceSeconds)
    const { failures } = await pass(sweepStage, deps)
    assert.deepEqual(failures, [])
  }
}

const openNeeds = async () => {
  const open = await ledger.read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
  return open.map(need => `${need.subject} ${need.subject_id} ${need.cause}`)
}

const sound = (name: string, attemptId: string) => JSON.stringify({ version: 1, machineId, name, attemptId })

suite('a machine whose own file is damaged', () => {
  test('stays with all that lies in it as long as its worker lives, and a person is told until it is whole again', async () => {
    const rows = addedRows(ledger, new Date(begin))
    await rows.batch('b1')
    await rows.attempt('a1', 'b1', { machine_id: machineId })
    const path = machineFolder('mf-a1', '{"version":1,"machi')
    await rows.worker('a1', { machine_id: machineId, address: path, held_since: new Date(begin).toISOString() })
    await rounds(20)
    assert.ok(existsSync(join(path, 'results/ERR000001/contigs.fa')))
    assert.deepEqual(await openNeeds(), ['machine unreadable.mf-a1 unaccounted'])
    const { evidence } = await ledger.read.selectFrom('attention').select('evidence').executeTakeFirstOrThrow()
    assert.match(evidence, /has the name of a worker/)
    writeFileSync(join(path, 'machine.json'), sound('mf-a1', 'a1'))
    await rounds(2)
    assert.deepEqual(await openNeeds(), [])
    const worker = await ledger.read.selectFrom('workers').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([worker.state, worker.missing_sightings], ['working', 0])
  })

  test('is swept as any stray when no worker has its name', async () => {
    const path = machineFolder('mf-nobody', '{"version":1,"machi')
    await rounds(20)
    assert.equal(existsSync(path), false)
  })
})

suite('a restored ledger', () => {
  const files: Record<string, string> = {
    'is of an unknown version': '{"version":0}',
    'is not JSON': '{"vers',
  }
  for (const [name, text] of Object.entries(files)) {
    test(`adopts no machine whose attempt folder ${name}: a person is told why, and its work goes on`, async () => {
      await ledger.write(tx => beginEpoch(tx, 0, { at: new Date(begin), why: 'restored', byWhom: 'test' }))
      const path = machineFolder('mf-att1', sound('mf-att1', 'att1'))
      mkdirSync(join(folder, 'attempts/att1'), { recursive: true })
      writeFileSync(join(folder, 'attempts/att1/attempt.json'), text)
      await rounds(30)
      assert.equal(await isAdopting(ledger.read), false)
      assert.deepEqual(await openNeeds(), ['installation installation restored', `machine ${machineId} unaccounted`])
      const needs = await ledger.read.selectFrom('attention').select('evidence').execute()
      assert.match(needs.map(need => need.evidence).join('\n'), /its attempt folder cannot be read: /)
      assert.ok(existsSync(path), 'nothing is swept until a person agrees')
    })
  }

  test('adopts no machine by the attempt folder of another', async () => {
    await ledger.write(tx => beginEpoch(tx, 0, { at: new Date(begin), why: 'restored', byWhom: 'test' }))
    machineFolder('mf-att1', sound('mf-att1', 'att1'))
    deps.attemptFolders.read = () => Promise.resolve({ attemptId: 'att2', workerName: 'mf-att2' } as never)
    await rounds(30)
    assert.equal(await isAdopting(ledger.read), false)
    assert.deepEqual(await openNeeds(), ['installation installation restored', `machine ${machineId} unaccounted`])
  })
})
