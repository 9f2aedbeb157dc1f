import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { Problem } from '../../core/problem.ts'
import { readConfig } from '../config.ts'
import { takeDaemonLock } from '../daemon-lock.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { requiredFields } from '../sources/ena/fields.ts'
import type { Finding } from './check.ts'
import { examine } from './examine.ts'
import { isAtLeast } from './run-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-doctor-'))
after(() => rmSync(folder, { recursive: true }))

/** An archive with these columns, a taxonomy of one taxon, and nothing at its root. */
let columns: readonly string[] = requiredFields
const archive = createServer((request, response) => {
  if (request.url?.startsWith('/portal/returnFields') === true) {
    response.end(['columnId\tdescription', ...columns.map(name => `${name}\tx`)].join('\n') + '\n')
  } else if (request.url === '/taxonomy/tax-id/562') {
    response.end(JSON.stringify({ taxId: '562', scientificName: 'Escherichia coli', rank: 'species', lineage: 'Bacteria; ' }))
  } else response.writeHead(404).end()
})
let url = ''
before(async () => {
  archive.listen(0, '127.0.0.1')
  await once(archive, 'listening')
  url = `http://127.0.0.1:${(archive.address() as AddressInfo).port}`
})
after(() => archive.close())

/** Programs that only say what they are told to say, alone on a PATH. */
function aPath(said: Record<string, string>): string {
  const bin = mkdtempSync(join(folder, 'bin-'))
  for (const [name, words] of Object.entries(said)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${words}'\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

const tools = Object.fromEntries(
  ['bash', 'awk', 'aria2c', 'gzip', 'md5sum', 'sha256sum', 'fastp', 'skesa'].map(name => [name, name]),
)
const whole = {
  ...tools,
  java: 'openjdk version "17.0.12"',
  rsync: 'rsync  version 3.2.7',
  nextflow: 'nextflow version 24.10.8.5953',
}

/** The findings for a home with these settings and programs, by the name of the check. */
async function findingsOf(given: {
  settings?: string[]
  programs?: Record<string, string>
  home?: string
  now?: Date
}): Promise<Map<string, Finding>> {
  const home = given.home ?? mkdtempSync(join(folder, 'home-'))
  const addresses = [
    `ena.portal_url=${url}/portal`,
    `ena.taxonomy_url=${url}/taxonomy`,
    `ena.files_url=${url}/files`,
    'ena.requests_per_second=50',
  ]
  const config = () =>
    readConfig({
      home,
      environment: { PATH: aPath(given.programs ?? whole) },
      settings: [...addresses, ...(given.settings ?? [])],
    })
  const findings = await examine({ config, now: given.now ?? new Date(), version: '0.0.0' })
  return new Map(findings.map(finding => [finding.check, finding]))
}

/** The outcome of a check with its words. */
function shown(findings: ReadonlyMap<string, Finding>, check: string): string {
  const { outcome, says, cure } = findings.get(check) ?? { outcome: 'missing', says: '', cure: '' }
  return `${outcome}: ${says} → ${cure}`
}

suite('the doctor', () => {
  test('finds nothing in the way where everything is there', async () => {
    const findings = await findingsOf({ settings: ['policy.library_reserve_bytes=0'] })
    assert.deepEqual(
      [...findings.values()].filter(finding => finding.outcome === 'failed'),
      [],
    )
    for (const check of [
      'settings',
      'node',
      'rsync',
      'home',
      'file system',
      'work folder',
      'library',
      'nextflow',
      'recipe fetch',
      'recipe assemble',
    ]) {
      assert.ok(findings.has(check), check)
    }
    for (const check of ['network', 'ENA', 'clock', 'taxonomy', `read files at ${url}/files`])
      assert.match(shown(findings, check), /^ok/)
  })

  test('names a tool that is missing, and how to get it; for a recipe that nobody has by default it is a warning', async () => {
    const programs = Object.fromEntries(Object.entries(whole).filter(([name]) => !['aria2c', 'fastp', 'skesa'].includes(name)))
    const findings = await findingsOf({ programs })
    assert.match(
      shown(findings, 'recipe assemble'),
      /^failed: does not find aria2c, fastp, skesa → Debian: apt-get install aria2 fastp skesa/,
    )
    assert.match(shown(findings, 'recipe fetch'), /^warning: does not find aria2c/)
    assert.match(shown(await findingsOf({ programs, settings: ['taxon.recipe=fetch'] }), 'recipe fetch'), /^failed/)
  })

  test('asks for the assembler that was chosen, and for the engine of containers instead of tools', async () => {
    const spades = await findingsOf({ settings: ['recipes.assemble.params={ assembler = "spades" }'] })
    assert.match(shown(spades, 'recipe assemble'), /^failed: does not find spades\.py/)
    const docker = await findingsOf({ settings: ['recipes.assemble.profile=docker'] })
    assert.match(shown(docker, 'recipe assemble'), /^failed: does not find docker/)
  })

  test('refuses programs that are too old', async () => {
    const findings = await findingsOf({
      programs: { ...whole, rsync: 'rsync  version 3.1.3  protocol 31', nextflow: 'nextflow version 22.10.1' },
    })
    assert.match(shown(findings, 'rsync'), /^failed: 3\.1\.3 is too old/)
    assert.match(shown(findings, 'nextflow'), /^failed: .* is 22\.10\.1/)
  })

  test('refuses a clock that is more than five minutes off', async () => {
    const seconds = (count: number) => new Date(Date.now() + count * 1000)
    assert.match(shown(await findingsOf({ now: seconds(-200) }), 'clock'), /^ok: this machine is \d+ s behind/)
    assert.match(shown(await findingsOf({ now: seconds(400) }), 'clock'), /^failed: this machine is \d+ s ahead/)
  })

  test('names a column that the archive gave up', async () => {
    columns = requiredFields.filter(name => name !== 'fastq_md5')
    assert.match(shown(await findingsOf({}), 'ENA'), /^failed: .*fastq_md5/)
    columns = requiredFields
  })

  test('tells that the archive cannot be reached, and finishes all the same', async () => {
    const findings = await findingsOf({ settings: ['ena.taxonomy_url=http://127.0.0.1:9/taxonomy'] })
    assert.match(shown(findings, 'taxonomy'), /^failed: .* proxy/)
    assert.match(shown(findings, 'ENA'), /^ok/)
  })

  test('tells of the ledger and of a daemon that runs', async () => {
    const home = mkdtempSync(join(folder, 'home-'))
    assert.match(shown(await findingsOf({ home }), 'ledger'), /^warning: there is none yet/)
    await (await openLedger(join(home, 'ledger.sqlite'))).close()
    const lock = takeDaemonLock(join(home, 'daemon.lock'), { command: 'microfetch up', since: 'noon' })
    const busy = await findingsOf({ home })
    assert.match(shown(busy, 'ledger'), /^ok: it is whole: 0 taxa, 0 runs/)
    assert.match(shown(busy, 'daemon'), /^ok: "microfetch up" runs as pid/)
    lock.release()
    writeFileSync(join(home, 'ledger.sqlite'), 'ruined')
    const idle = await findingsOf({ home })
    assert.match(shown(idle, 'ledger'), /^failed: .*microfetch restore/)
    assert.match(shown(idle, 'daemon'), /^warning: it does not run/)
  })

  test('tells of too little space and of a home that is not there yet', async () => {
    const home = mkdtempSync(join(folder, 'home-'))
    mkdirSync(join(home, 'library'))
    assert.match(
      shown(await findingsOf({ home, settings: ['policy.library_reserve_bytes=9000000000000000'] }), 'library'),
      /^warning/,
    )
    assert.match(shown(await findingsOf({ home: join(folder, 'gone') }), 'home'), /^warning: .* → microfetch init/)
  })

  test('says what is wrong with the settings, and needs nothing else for it', async () => {
    const config = () => Promise.reject(new Problem('bad-input', 'microfetch.toml:3: there is no setting x'))
    const findings = await examine({ config, now: new Date(0), version: '0.0.0' })
    assert.deepEqual(
      findings.map(finding => [finding.check, finding.outcome]),
      [
        ['node', 'ok'],
        ['settings', 'failed'],
      ],
    )
  })
})

test('versions are compared by their numbers, not by their letters', () => {
  assert.ok(isAtLeast('3.10.0', '3.2'))
  assert.ok(isAtLeast('3.2', '3.2'))
  assert.ok(!isAtLeast('3.1.9', '3.2'))
  assert.ok(isAtLeast('24', '23.10'))
})
