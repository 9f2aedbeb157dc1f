import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { FakeProvider } from '../../../../test/fakes/fake-provider.ts'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { noCaps } from '../../../core/budget.ts'
import type { Notice, Teller } from '../../../core/notice.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import type { Deps } from '../../deps.ts'
import { closeAttention, openAttention } from '../../ledger/attention.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { makeTeller } from '../../notify/make-teller.ts'
import { pass } from '../pass.ts'
import { tellStage } from './tell-stage.ts'

const hourMs = 3_600_000
let nowMs: number
let ledger: Ledger
let provider: FakeProvider
let sent: Notice[]
let fails: boolean
let lines: string[]
let teller: Teller

beforeEach(async () => {
  nowMs = Date.parse('2026-03-10T04:00:00.000Z')
  ledger = await openLedger(':memory:')
  provider = new FakeProvider(() => new Date(nowMs))
  ;[sent, lines, fails] = [[], [], false]
  teller = aTeller()
})
afterEach(() => ledger.close())

const log = {
  say: (_text: string, fields?: Record<string, unknown>) => void lines.push(String(fields?.['line'])),
  warn: (text: string, fields?: Record<string, unknown>) =>
    void lines.push(`${text} ${String(fields?.['line'] ?? fields?.['why'])}`),
}

function aTeller(): Teller {
  const send = async (notice: Notice) => {
    if (fails) throw new Error('nobody is there')
    sent.push(notice)
  }
  return makeTeller({
    channels: [{ name: 'webhook', send }],
    dailyAtMinutes: 360,
    secrets: ['hush-hush'],
    log,
    closingSeconds: 1,
  })
}

/** One pass, and what it began. */
async function onePass(): Promise<void> {
  const clock = () => new Date(nowMs)
  const spend = { ...noCaps, monthMicrodollars: 50_000_000 }
  const deps = { ledger, provider, clock, log, teller, spend, policy: defaultPolicy, effect: () => undefined }
  const { failures } = await pass(tellStage, deps as unknown as Deps)
  assert.deepEqual(failures, [])
  await new Promise(resolve => setImmediate(resolve))
  await new Promise(resolve => setTimeout(resolve, 5))
}

async function passes(count: number): Promise<void> {
  for (let time = 0; time < count; time += 1) await onePass()
}

const full = { subject: 'installation', subjectId: 'installation', cause: 'library-full' } as const
const open = () =>
  ledger.write(tx => openAttention(tx, { ...full, evidence: 'it said hush-hush', tried: '' }, new Date(nowMs), 'test'))

suite('what needs a person', () => {
  test('is told once, again after a week, and when it is resolved; a restart tells nothing twice', async () => {
    await open()
    await passes(3)
    teller = aTeller()
    await passes(2)
    assert.deepEqual(
      sent.map(notice => notice.kind),
      ['opened'],
    )
    nowMs += 7 * 24 * hourMs
    await passes(3)
    await ledger.write(tx => closeAttention(tx, full, { at: new Date(nowMs), resolution: 'space was made', byWhom: 'test' }))
    await passes(3)
    const kinds = sent.map(notice => notice.kind).filter(kind => kind !== 'daily')
    assert.deepEqual(kinds, ['opened', 'reminder', 'resolved'])
    assert.match(sent.at(-1)?.text ?? '', /space was made/)
  })

  test('is told in the end when the far side was away, after longer and longer waits, and holds up nothing', async () => {
    await open()
    fails = true
    await passes(4)
    const row = () => ledger.read.selectFrom('notices').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([(await row()).tries, (await row()).last_error], [1, 'nobody is there'])
    for (const [seconds, tries] of [
      [29, 1],
      [1, 2],
      [59, 2],
      [1, 3],
    ] as const) {
      nowMs += seconds * 1000
      await passes(2)
      assert.equal((await row()).tries, tries)
    }
    fails = false
    nowMs += hourMs
    await passes(2)
    assert.equal(sent.filter(notice => notice.kind === 'opened').length, 1)
  })

  test('is told without what is secret', async () => {
    await open()
    await passes(2)
    assert.doesNotMatch(JSON.stringify(sent), /hush-hush/)
    assert.match(sent[0]?.text ?? '', /Seen: it said …/)
  })

  test('that came and went before anybody was told is not told', async () => {
    await open()
    await ledger.write(tx => closeAttention(tx, full, { at: new Date(nowMs), resolution: '', byWhom: 'test' }))
    await passes(3)
    assert.deepEqual(sent, [])
  })
})

suite('the daily line', () => {
  const told = () => sent.filter(notice => notice.kind === 'daily').map(notice => notice.title)
  const machine = { priced: { microdollarsPerHour: 1_000_000, minimumSeconds: 60, minimumMicrodollars: 10_000 } }

  test('is told once a day at its time, with machines by a fresh list and money by the accounts', async () => {
    const rows = addedRows(ledger, new Date(nowMs))
    await rows.batch('b1')
    await rows.attempt('a1', 'b1', { machine_id: 'fake-1' })
    await rows.worker('a1', { machine_id: 'fake-1' })
    provider.price = machine.priced
    const boot = { ...aBootPlan('a1'), quote: undefined }
    await provider.create('mf-a1', boot)
    await rows.cost('fake-1', 'a1', 3600)
    await ledger.write(async tx => {
      await tx
        .updateTable('costs')
        .set({ microdollars_per_hour: 1_000_000, from_at: new Date(nowMs).toISOString(), to_at: null })
        .execute()
    })
    await passes(2)
    nowMs += 2 * hourMs - 1
    await passes(2)
    assert.deepEqual(told(), [], 'its time has not come')
    nowMs += 1
    await passes(3)
    assert.deepEqual(told(), ['0 unaccounted machines, 1 alive, $2.00 in 24 hours, $2.00 this month of $50.00 cap'])
    assert.deepEqual(lines, told(), 'the log has it too')
    nowMs += 24 * hourMs
    await provider.create('mf-a9', { ...aBootPlan('a9'), quote: undefined })
    await passes(3)
    assert.equal(told()[1], '1 unaccounted machine, 1 alive, $24.00 in 24 hours, $26.00 this month of $50.00 cap')
    const events = await ledger.read.selectFrom('events').select('why').where('event', '=', 'daily line').execute()
    assert.deepEqual(
      events.map(event => event.why),
      told(),
    )
  })

  test('tells of days without a line once', async () => {
    await passes(2)
    nowMs += 3 * 24 * hourMs + 2 * hourMs
    await passes(3)
    assert.deepEqual(told(), [
      '0 unaccounted machines, 0 alive, $0.00 in 24 hours, $0.00 this month of $50.00 cap; 3 days before had no such line',
    ])
    nowMs += 24 * hourMs
    await passes(2)
    assert.doesNotMatch(told()[1] ?? 'no-such', /no such line/)
  })

  test('says that nobody knows, an hour late, when the provider cannot be asked', async () => {
    await passes(2)
    provider.isDown = true
    nowMs += 2 * hourMs + 1
    await passes(2)
    assert.deepEqual(told(), [])
    nowMs += hourMs
    await passes(2)
    assert.match(told()[0] ?? '', /^the provider could not be asked/)
  })
})
