import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloudKeys } from '../../src/daemon/settings/cloud-keys.ts'

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const bootScript = pathOf('src/daemon/providers/boot/boot.sh')

/** Commands with their Debian packages, as a script lists them: `command package` lines between quotes. */
function listed(script: string): Map<string, string> {
  const text = readFileSync(script, 'utf8')
  const lists = [...text.slice(text.indexOf('wanted_tools()'), text.indexOf('missing_packages()')).matchAll(/echo '([^']+)'/g)]
  return new Map(lists.flatMap(([, list = '']) => list.split('\n')).map(line => line.split(' ') as [string, string]))
}

test('a droplet gets every tool that a checkout is set up with, by the same package', () => {
  const onDroplets = listed(bootScript)
  const inCheckouts = listed(pathOf('setup.sh'))
  // Maven only brings Nextflow, which is on the image; then two for tests of the pipelines, and three that the test cloud's own machine needs.
  const notThere = new Set(['mvn', 'pigz', 'dnadiff', 'ssh', 'ip', 'cloud-init'])
  const wanted = [...inCheckouts].filter(([tool]) => !notThere.has(tool))
  assert.ok(wanted.length >= 7)
  for (const [tool, name] of wanted) assert.equal(onDroplets.get(tool), name, tool)
})

test('a droplet gets every tool that our pipelines start', () => {
  const scripts = readdirSync(pathOf('pipelines/bin'))
    .map(name => readFileSync(pathOf(`pipelines/bin/${name}`), 'utf8'))
    .join('\n')
  const modules = readdirSync(pathOf('pipelines/modules'))
    .map(name => readFileSync(pathOf(`pipelines/modules/${name}`), 'utf8'))
    .join('\n')
  const started = ['aria2c', 'fastp', 'skesa', 'spades.py', 'megahit', 'minimap2'].filter(tool =>
    `${scripts}\n${modules}`.includes(tool),
  )
  assert.ok(started.length >= 5, 'the pipelines are where they are looked for')
  for (const tool of started) assert.ok(listed(bootScript).has(tool), tool)
})

test('on a machine that has the tools, nothing is installed; what is missing is named', () => {
  const functions = readFileSync(bootScript, 'utf8').split('\nif [ "${1:-}" = tools ]')[0] ?? ''
  const missing = (has: string): string =>
    execFileSync('sh', ['-c', `${functions}\n${has}\nmissing_packages`], { encoding: 'utf8' }).trim()
  assert.equal(missing('has() { true; }'), '')
  assert.equal(missing('has() { [ "$1" != sshd ] && [ "$1" != java ]; }'), 'default-jre-headless openssh-server')
})

test('Nextflow comes to where droplets are told to find it', () => {
  const script = readFileSync(pathOf('image/prepare-image.sh'), 'utf8')
  const [folder = ''] = /^nextflow=(.+)$/m.exec(script)?.slice(1) ?? []
  assert.deepEqual(cloudKeys.digitalocean.nextflow.standard, [`${folder}/nextflow`])
  assert.ok(existsSync(pathOf('tooling/nextflow/install.sh')))
})

test('the script is sound shell, and does nothing where it was not meant to be', () => {
  const script = pathOf('image/prepare-image.sh')
  for (const shell of ['dash', 'bash']) execFileSync(shell, ['-n', script])
  const checked = spawnSync('shellcheck', ['--shell=sh', '--severity=warning', script], { encoding: 'utf8' })
  if (checked.error === undefined) assert.equal(checked.stdout, '')
  const usage = spawnSync('sh', [script], { encoding: 'utf8' })
  assert.deepEqual([usage.status, usage.stdout], [64, ''])
  if (existsSync('/run/systemd/system')) return // might be a droplet indeed
  const elsewhere = spawnSync('sh', [script, '/nowhere', '/nowhere'], { encoding: 'utf8' })
  assert.equal(elsewhere.status, 1)
  assert.match(elsewhere.stderr, /must be root|not look like a droplet/)
})

test('what belongs to one droplet does not stay on the image', () => {
  const script = readFileSync(pathOf('image/prepare-image.sh'), 'utf8')
  const cleaning = script.slice(script.indexOf("say 'cleaning'"))
  for (const trace of [
    '/etc/ssh/ssh_host_*',
    '.ssh/authorized_keys',
    'cloud-init clean --logs',
    '/etc/machine-id',
    '.bash_history',
    '/var/log',
  ])
    assert.ok(cleaning.includes(trace), trace)
})
