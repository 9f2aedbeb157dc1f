import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import type { BootPlan } from '../provider.ts'
import { attemptFolder } from './droplet-paths.ts'
import { makeHostKey } from './make-host-key.ts'
import { mostUserDataBytes, userData, type UserDataOptions } from './cloud-config.ts'

const collectorKey = `${makeHostKey().publicKey} a person at the institute`
const options: UserDataOptions = { kitSha256: 'c'.repeat(64), kitUrl: 'https://files.example.org/kits/', collectorKey }

function aPlan(changes: Partial<BootPlan> = {}): BootPlan {
  return aBootPlan('b1a1', { token: 'feed'.repeat(16), hostKey: makeHostKey(), serverUrl: 'https://mf.example.org/', ...changes })
}

/** A plan with so many runs whose files cannot be packed well. */
function aLargePlan(runs: number, changes: Partial<BootPlan> = {}): BootPlan {
  const plan = aPlan(changes)
  const run = (at: number): BootPlan['assignment']['runs'][number] => ({
    ...{
      runAccession: `ERR${1_000_000 + at}`,
      deliveryId: randomBytes(8).toString('hex'),
      layout: 'single',
      sampleAccession: 'SAMEA1',
      taxId: 562,
    },
    readFiles: [{ name: 'a', role: 'single', sizeBytes: 1, md5: randomBytes(16).toString('hex'), sources: [] }],
  })
  return { ...plan, assignment: { ...plan.assignment, runs: Array.from({ length: runs }, (_none, at) => run(at)) } }
}

interface Config {
  [key: string]: unknown
  write_files: { path: string; permissions: string; owner: string; encoding?: string; content: string }[]
}

function ready(
  plan: BootPlan,
  given = options,
): { text: string; config: Config; file: (path: string) => Config['write_files'][number] | undefined } {
  const made = userData('mf-b1-a1', plan, given)
  assert.equal(made.kind, 'ready', 'why' in made ? made.why : '')
  const text = 'text' in made ? made.text : ''
  const config = JSON.parse(text.slice(text.indexOf('\n'))) as Config
  return { text, config, file: path => config.write_files.find(file => file.path === path) }
}

test('user-data is cloud-config in JSON, in plain ASCII, whatever stands in the plan', () => {
  const plan = aPlan()
  const { text } = ready({ ...plan, assignment: { ...plan.assignment, batchName: 'gr\u00f6\u00dfe \u{1f600}' } })
  assert.match(text, /^#cloud-config\n\{/)
  assert.match(text, /^[\n\x20-\x7e]+$/)
})

test('the host key is pinned, and is the only one; no password opens anything', () => {
  const plan = aPlan()
  const { config } = ready(plan)
  const { ssh_deletekeys, ssh_keys, ssh_pwauth, disable_root } = config
  assert.deepEqual(
    { ssh_deletekeys, ssh_keys, ssh_pwauth, disable_root },
    {
      ssh_deletekeys: true,
      ssh_keys: { ed25519_private: plan.hostKey?.privateKey, ed25519_public: `${plan.hostKey?.publicKey} mf-b1-a1` },
      ssh_pwauth: false,
      disable_root: false,
    },
  )
})

test('the token stands in one file, which is root\u2019s alone, and there is no other secret', () => {
  const plan = aPlan()
  const { config, text } = ready(plan)
  const withToken = config.write_files.filter(({ content }) => content.includes(plan.token))
  assert.deepEqual(
    withToken.map(({ path, permissions, owner }) => [path, permissions, owner]),
    [[`${attemptFolder}/boot.json`, '0600', 'root:root']],
  )
  assert.equal(text.split(plan.token).length, 2)
  assert.equal(text.split('PRIVATE KEY').length, 3)
  const own = config.write_files
    .filter(({ permissions }) => permissions !== '0600' && permissions !== '0700')
    .map(({ path }) => path)
  assert.deepEqual(own, ['/etc/ssh/sshd_config.d/10-microfetch.conf'])
})

test('the work goes along when it fits; else the daemon is asked for it; without a daemon the droplet is not made', () => {
  const small = ready(aPlan())
  const packed = small.file(`${attemptFolder}/assignment.json.gz`)
  assert.deepEqual(JSON.parse(gunzipSync(Buffer.from(packed?.content ?? '', 'base64')).toString()), aPlan().assignment)
  const large = ready(aLargePlan(2000))
  assert.equal(large.file(`${attemptFolder}/assignment.json.gz`), undefined)
  const alone = userData('mf-b1-a1', aLargePlan(2000, { serverUrl: undefined }), options)
  assert.equal(alone.kind, 'too-large')
  assert.match('why' in alone ? alone.why : '', /2000 runs .* lower policy\.batch_runs, or set server\.public_url/)
})

test('no user-data that is ready reaches the limit, however much work there is', () => {
  for (const runs of [0, 1, 100, 500, 600, 700, 800, 900, 5000]) {
    const { text } = ready(aLargePlan(runs))
    assert.ok(Buffer.byteLength(text) < mostUserDataBytes, `${runs} runs make ${text.length} bytes`)
  }
})

test('a batch of a hundred paired runs with mirrors goes along', () => {
  const plan = aPlan()
  const files = (run: string): BootPlan['assignment']['runs'][number]['readFiles'] =>
    (['mate1', 'mate2'] as const).map((role, at) => ({
      ...{ name: `${run}_${at + 1}.fastq.gz`, role, sizeBytes: 123_456_789 + at, md5: randomBytes(16).toString('hex') },
      sources: ['https', 'ftp'].map(
        way => `${way}://ftp.sra.ebi.ac.uk/vol1/fastq/${run.slice(0, 6)}/${run}/${run}_${at + 1}.fastq.gz`,
      ),
    }))
  const runs = Array.from({ length: 100 }, (_none, at) => ({
    ...{
      runAccession: `ERR${4_000_000 + 37 * at}`,
      deliveryId: randomBytes(6).toString('hex'),
      layout: 'paired' as const,
      sampleAccession: `SAMEA${at}`,
      taxId: 562,
    },
    readFiles: files(`ERR${4_000_000 + 37 * at}`),
  }))
  assert.ok(
    ready({ ...plan, assignment: { ...plan.assignment, runs } }).file(`${attemptFolder}/assignment.json.gz`) !== undefined,
  )
})

test('the kit is looked for where the settings say, then at the daemon', () => {
  const conf = (plan: BootPlan, given = options): string =>
    ready(plan, given).file('/var/lib/microfetch/boot.conf')?.content ?? ''
  const name = 'c'.repeat(64)
  assert.match(
    conf(aPlan()),
    new RegExp(`kit_urls='https://files.example.org/kits/${name}.tar.gz https://mf.example.org/agent/kit/${name}'\n`),
  )
  assert.match(
    conf(aPlan(), { ...options, kitUrl: undefined }),
    new RegExp(`kit_urls='https://mf.example.org/agent/kit/${name}'\n`),
  )
  assert.match(conf(aPlan({ serverUrl: undefined }), { ...options, kitUrl: undefined }), /kit_urls=''\n/)
  assert.match(
    conf(aPlan()),
    new RegExp(`collector_key='${collectorKey.split(' ').slice(0, 2).join(' ').replaceAll('+', '\\+')}'\n`),
  )
})

test('what would break out of a shell, a host name or a file of keys is refused', () => {
  const refused: [string, BootPlan, UserDataOptions][] = [
    ['mf;id', aPlan(), options],
    ['-mf', aPlan(), options],
    ['mf', aPlan({ attemptId: "a'b" }), options],
    ['mf', aPlan({ token: "x'$(id)xxxxxxxxxxxxxxxx" }), options],
    ['mf', aPlan({ hostKey: undefined }), options],
    ['mf', aPlan({ hostKey: { privateKey: 'x', publicKey: 'ssh-rsa AAAA' } }), options],
    ['mf', aPlan({ serverUrl: "http://x/'; id; '" }), options],
    ['mf', aPlan({ serverUrl: 'file:///etc' }), options],
    ['mf', aPlan(), { ...options, kitUrl: 'https://x/a b' }],
    ['mf', aPlan(), { ...options, kitSha256: '../x' }],
    ['mf', aPlan(), { ...options, collectorKey: 'command="sh" ssh-ed25519 AAAA' }],
  ]
  for (const [name, plan, given] of refused)
    assert.equal(userData(name, plan, given).kind, 'refused', JSON.stringify({ name, given }))
  const lines = userData('mf', aPlan(), { ...options, collectorKey: `${collectorKey}\nssh-ed25519 AAAA` })
  assert.doesNotMatch('text' in lines ? lines.text : '', /ssh-ed25519 AAAA"/, 'only the first key of several lines')
})

test("Debian's cloud-init finds the user-data to be what it should be", t => {
  if (spawnSync('cloud-init', ['--version']).status !== 0) {
    process.stderr.write(
      '\n*** cloud-init is missing: the user-data was NOT checked against its schema. Debian: apt-get install --no-install-recommends cloud-init ***\n\n',
    )
    t.skip('cloud-init is missing')
    return
  }
  const folder = aFolder(t)
  writeFileSync(join(folder, 'user-data'), ready(aLargePlan(20)).text)
  const said = spawnSync('cloud-init', ['schema', '--config-file', join(folder, 'user-data')], { encoding: 'utf8' })
  assert.match(said.stdout + said.stderr, /Valid (cloud-config|schema)/)
  assert.equal(said.status, 0)
})

test('the boot script is sound shell for the shells of Debian', () => {
  const script = fileURLToPath(new URL('./boot.sh', import.meta.url))
  for (const shell of ['dash', 'bash']) execFileSync(shell, ['-n', script])
  assert.match(readFileSync(script, 'utf8'), /^[\n\x20-\x7e]+$/, 'it stands in the user-data as it is')
  assert.equal(ready(aPlan()).file('/var/lib/microfetch/boot.sh')?.content, readFileSync(script, 'utf8'))
  // Not everybody has it; where it is, nothing may be left to say.
  const checked = spawnSync('shellcheck', ['--shell=sh', '--exclude=SC2154', '--severity=warning', script], { encoding: 'utf8' })
  if (checked.error === undefined) assert.equal(checked.stdout, '')
})

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-user-data-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
