import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { defaultPolicy } from '../core/policy.ts'
import { Problem } from '../core/problem.ts'
import { defaultTaxonSettings } from '../core/taxon.ts'
import { readConfig, type Config } from './config.ts'
import { settingsFileText } from './settings/settings-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-config-'))
after(() => rmSync(folder, { recursive: true }))
let homes = 0

/** The config of a new home with that settings file. */
function configOf(toml?: string, request: Parameters<typeof readConfig>[0] = {}): Promise<Config> {
  const home = join(folder, `home-${++homes}`)
  mkdirSync(home)
  if (toml !== undefined) writeFileSync(join(home, 'microfetch.toml'), toml)
  return readConfig({ home, environment: {}, workingFolder: folder, userFolder: folder, ...request })
}

/** The words of the refusal that this settings file meets. */
async function refusalOf(toml: string, request: Parameters<typeof readConfig>[0] = {}): Promise<string> {
  const error: unknown = await configOf(toml, request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Problem && error.code === 'bad-input', String(error))
  return error.message
}

suite('the config', () => {
  test('of an empty home is the policy and the taxon settings of the core', async () => {
    const config = await configOf()
    const { memorySizesGb, maxWorkers } = defaultPolicy
    assert.deepEqual({ ...config.policy, memorySizesGb, maxWorkers }, defaultPolicy)
    assert.deepEqual(config.taxonDefaults, defaultTaxonSettings)
    assert.deepEqual([config.server.host, config.server.port], ['127.0.0.1', 8577])
  })

  test('of the file that init writes is the same as that of no file', async () => {
    const settingsOf = (config: Config) => [...config.settings.values()].map(({ key, value }) => [key, value])
    const nothing = settingsOf(await configOf())
    assert.deepEqual(settingsOf(await configOf(settingsFileText())), nothing)
    const allSet = await configOf(settingsFileText().replace(/^#(?=[a-z_."]+ = )/gm, ''))
    assert.deepEqual(settingsOf(allSet), nothing)
    assert.equal([...allSet.settings.values()].filter(setting => setting.from !== 'file').length, 0)
  })

  test('lets paths begin where they were written', async () => {
    const config = await configOf('[home]\nlibrary_dir = "lib"\nlog_dir = "~/logs"', { settings: ['home.work_dir=w'] })
    assert.equal(config.home.libraryDir, join(config.home.path, 'lib'))
    assert.equal(config.home.logDir, join(folder, 'logs'))
    assert.equal(config.home.workDir, join(folder, 'w'))
    assert.equal(config.home.metadataDir, join(config.home.path, 'ENA_metadata'))
  })

  test('refuses to listen where other machines can reach it, unless that is allowed', async () => {
    assert.match(await refusalOf('[server]\nlisten = "0.0.0.0:80"'), /microfetch\.toml:2: .*allow_remote/)
    assert.match(await refusalOf('[server]\nlisten = "[::]:80"'), /allow_remote/)
    const config = await configOf('[server]\nlisten = "[::1]:81"')
    assert.deepEqual([config.server.host, config.server.port], ['::1', 81])
    const open = '[server]\nlisten = "0.0.0.0:80"\nallow_remote = true'
    assert.match(await refusalOf(open), /microfetch\.toml:3: .*token_hash/)
    assert.match(
      await refusalOf('[server]\nallow_remote = true'),
      /microfetch\.toml:2: .*token_hash/,
      'a proxy may stand before it',
    )
    assert.match(await refusalOf(`${open}\ntoken_hash = "sesame"`), /microfetch\.toml:4: .*64 hexadecimal/)
    const { server } = await configOf(`${open}\ntoken_hash = "${'a'.repeat(64)}"`)
    assert.deepEqual([server.host, server.peopleTokenHash], ['0.0.0.0', 'a'.repeat(64)])
  })

  test('refuses settings that contradict each other', async () => {
    assert.match(await refusalOf('[policy]\nlease_seconds = 30'), /microfetch\.toml:2: .*beat/)
  })

  test('keeps the policy within what this machine may give', async () => {
    const { policy, local } = await configOf('', { settings: ['local.memory_gb=20', 'policy.max_workers=1000'] })
    assert.deepEqual([policy.memorySizesGb, policy.maxWorkers, local.cpus], [[8, 16], 1000, 1])
    assert.equal((await configOf('', { settings: ['local.memory_gb=3'] })).policy.maxWorkers, 1)
  })

  test('refuses a CA bundle that is not there, and reads one that is', async () => {
    assert.match(await refusalOf('[network]\nca_file = "gone.pem"'), /microfetch\.toml:2: .*gone\.pem/)
    writeFileSync(join(folder, 'own.pem'), 'certificates')
    assert.equal((await configOf('', { settings: ['network.ca_file=own.pem'] })).network.caPem, 'certificates')
  })

  test('refuses a recipe for taxa that does not exist', async () => {
    assert.match(await refusalOf('[taxon]\nrecipe = "nothing"'), /no recipe nothing; known are fetch, assemble/)
  })
})

suite('what holds for taxa', () => {
  test('can be set in the file as texts, lists, numbers and truths, and in the environment', async () => {
    const toml =
      '[taxon]\nfilters.strategy = ["WGS", "WGA"]\nfilters.platform = []\nfilters.min_depth = 0\ngenome_size = "4.6M"\nfilters.human = true'
    const environment = { MICROFETCH_TAXON_FILTERS_MAX_DEPTH: '500', MICROFETCH_TAXON_KEEP: 'reads' }
    const { taxonDefaults } = await configOf(toml, { environment })
    assert.deepEqual(taxonDefaults.filters.strategies, ['WGS', 'WGA'])
    assert.deepEqual(taxonDefaults.filters.platforms, [])
    assert.deepEqual([taxonDefaults.filters.minDepth, taxonDefaults.filters.maxDepth], [0, 500])
    assert.deepEqual(
      [taxonDefaults.genomeSizeBases, taxonDefaults.filters.allowHuman, taxonDefaults.keep],
      [4_600_000, true, 'reads'],
    )
  })

  test('is refused with its line when it is wrong', async () => {
    assert.match(
      await refusalOf('[taxon]\nfilters.min_dept = 3'),
      /microfetch\.toml:2: .*did you mean taxon\.filters\.min_depth\?/,
    )
    assert.match(
      await refusalOf('[taxon]\nkeep = "some"'),
      /microfetch\.toml:2: taxon\.keep = "some" is wrong; expected is one of reads, assembly, both/,
    )
  })
})

suite('recipes', () => {
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'main.nf'), 'workflow {}\n')
  const own = `project = "${project}"\noutputs = ["{run}/**"]\nsamplesheet.columns = { sample = "{run}" }`

  test('ours are there, with an identity that does not depend on where they lie', async () => {
    const { recipes } = await configOf()
    assert.deepEqual([...recipes.keys()], ['fetch', 'assemble'])
    for (const known of recipes.values()) assert.match(known.projectCommit, /^[0-9a-f]{64}$/)
    assert.notEqual(recipes.get('fetch')?.projectCommit, recipes.get('assemble')?.projectCommit)
  })

  test('ours can be changed, and others based on them', async () => {
    const { recipes } = await configOf(
      '[recipes.assemble]\nparams = { assembler = "spades" }\n[recipes.small]\nbased_on = "assemble"\nprofile = "docker"',
    )
    assert.deepEqual(recipes.get('assemble')?.recipe.params, { assembler: 'spades' })
    assert.equal(recipes.get('small')?.recipe.profile, 'docker')
    assert.equal(recipes.get('small')?.projectCommit, recipes.get('assemble')?.projectCommit)
    assert.deepEqual(recipes.get('small')?.recipe.exitCodes, recipes.get('assemble')?.recipe.exitCodes)
  })

  test('a user’s own is a project on this machine or a repository at a revision', async () => {
    const toml = `[recipes.here]\n${own}\n[recipes.there]\n${own.replace(project, 'https://example.org/a/b')}\nrevision = "1.2"`
    const { recipes } = await configOf(toml)
    assert.equal(recipes.get('here')?.project, project)
    assert.deepEqual([recipes.get('there')?.project, recipes.get('there')?.revision], ['https://example.org/a/b', '1.2'])
    assert.equal(recipes.get('there')?.projectCommit, 'https://example.org/a/b@1.2')
  })

  test('what lacks something is refused with its line', async () => {
    assert.match(await refusalOf('[recipes.mine]\nprofile = "x"'), /microfetch\.toml:2: recipe mine: it needs a project/)
    assert.match(await refusalOf(`[recipes.mine]\n${own.replace(project, `${project}/gone`)}`), /there is no .*gone.main\.nf/)
    assert.match(await refusalOf(`[recipes.mine]\n${own.replace(project, 'https://example.org/a/b')}`), /needs a revision/)
    assert.match(await refusalOf(`[recipes.mine]\nproject = "${project}"`), /outputs/)
    assert.match(await refusalOf(`[recipes.mine]\nbased_on = "fetch"\nproject = "${project}"`), /no project of its own/)
  })

  test('templates, outputs and exit codes are checked', async () => {
    assert.match(await refusalOf(`[recipes.mine]\n${own.replace('{run}"', '{rum}"')}`), /samplesheet\.columns/)
    assert.match(await refusalOf(`[recipes.mine]\n${own.replace('{run}/', '../')}`), /outputs/)
    assert.match(await refusalOf(`[recipes.mine]\n${own}\nexit_codes = { A = { 1 = { reason = "NO_SUCH" } } }`), /exit_codes/)
    const { recipes } = await configOf(
      `[recipes.mine]\n${own}\nexit_codes = { A = { 1 = { reason = "ASM_OOM", cure = "memory" } } }`,
    )
    assert.deepEqual(recipes.get('mine')?.recipe.exitCodes, { A: { 1: { reason: 'ASM_OOM', cure: 'memory' } } })
  })
})
