import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runColumns } from './column-list.ts'
import { millionScenario, millionTaxon } from './scenarios/million.ts'
import { startRehearsal } from './start-rehearsal.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

function startProgram(t: TestContext, ...flags: string[]): ChildProcess & { firstLine: Promise<string> } {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line as string)
  return Object.assign(child, { firstLine })
}

const addressIn = (line: string) => (JSON.parse(line) as { url: string }).url

test('an archive is started from a scenario, answers under its addresses, obeys, and is gone when stopped', async t => {
  const rehearsal = await startRehearsal({
    seed: 5,
    scenario: { taxa: [{ id: 5, name: 'Five' }], runs: [{ taxon: 5, count: 2 }] },
  })
  t.after(() => rehearsal.stop())
  assert.match(rehearsal.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal(await (await fetch(`${rehearsal.portalUrl}/count?result=read_run&query=tax_eq(5)`)).text(), '2')
  assert.equal((await fetch(`${rehearsal.taxonomyUrl}/tax-id/5`)).status, 200)
  const [accession = ''] = await rehearsal.control.addRuns({ taxon: 5 })
  const { cells } = await rehearsal.control.run(accession)
  const file = cells['fastq_ftp']?.split(';')[0]?.replace(/^[^/]+/, rehearsal.filesUrl) ?? ''
  assert.equal((await (await fetch(file)).arrayBuffer()).byteLength, Number(cells['fastq_bytes']?.split(';')[0]))
  await rehearsal.stop()
  assert.throws(() => process.kill(rehearsal.pid, 0), { code: 'ESRCH' })
})

test('what is wrong with a scenario is said to whoever started the archive', async () => {
  await assert.rejects(startRehearsal({ scenario: { taxa: [], runs: [{ taxon: 5 }] } }), /needs a taxon of the taxonomy/)
})

test('the archive ends when its standard input does, so that a dead parent leaves no orphan', async t => {
  const child = startProgram(t, '--scenario', 'demo')
  assert.equal((await fetch(`${addressIn(await child.firstLine)}/_rehearsal/counts`)).status, 200)
  child.stdin?.end()
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('told to keep on, it outlives its standard input and ends on SIGTERM', async t => {
  const child = startProgram(t, '--keep')
  const url = addressIn(await child.firstLine)
  child.stdin?.end()
  assert.equal((await fetch(`${url}/ena/portal/api/results`)).status, 200)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('a large answer waits for its reader, and many rows need little memory', async t => {
  const rows = 24_000
  const rehearsal = await startRehearsal({ scenario: millionScenario(rows) })
  t.after(() => rehearsal.stop())
  const fields = runColumns.slice(0, 100).map(column => column.id)
  const query = encodeURIComponent(`tax_tree(${millionTaxon})`)
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    get(`${rehearsal.portalUrl}/search?result=read_run&query=${query}&limit=0&fields=${fields.join()}`, resolve).once(
      'error',
      reject,
    ),
  )
  // Nobody reads: what was sent stops where the buffers between the two programs are full.
  let sent = -1
  for (let now = 0; now !== sent; now = (await rehearsal.control.counts()).rowsSent) {
    sent = now
    await new Promise(resolve => setTimeout(resolve, 150))
  }
  assert.ok(sent < rows * 0.6, `${sent} of ${rows} rows were sent to a reader that does not read`)
  let lines = 0
  for await (const piece of answer as AsyncIterable<Buffer>) for (const byte of piece) if (byte === 10) lines++
  assert.equal(lines, rows + 1)
  const status = `/proc/${rehearsal.pid}/status`
  if (!existsSync(status)) return t.diagnostic('this machine does not tell how much memory a program took')
  const peakMegabytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024
  t.diagnostic(`peak memory ${peakMegabytes.toFixed(0)} MB`)
  assert.ok(peakMegabytes < 250, `peak memory ${peakMegabytes} MB`)
})
