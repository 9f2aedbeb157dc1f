import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Problem } from '../../core/problem.ts'
import { readSettings, type SettingLayers } from './read-settings.ts'

/** The layers with nothing in them but what is given. */
function layers(given: { toml?: string; environment?: Record<string, string>; flags?: string[] }): SettingLayers {
  const file = given.toml === undefined ? undefined : { path: '/home/a/microfetch.toml', text: given.toml }
  return { file, environment: given.environment ?? {}, flags: given.flags ?? [] }
}

/** The lines of the Problem that these layers make. */
function faultsOf(given: Parameters<typeof layers>[0]): string[] {
  try {
    readSettings(layers(given))
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === 'bad-input')
    return error.message.split('\n')
  }
  return []
}

suite('settings', () => {
  test('without any layer the defaults hold, and say so', () => {
    const setting = readSettings(layers({})).get('policy.max_workers')
    assert.deepEqual([setting?.value, setting?.from, setting?.place], [2, 'default', ''])
  })

  test('a flag goes before the environment, the environment before the file, the file before the default', () => {
    const toml = '[policy]\nmax_workers = 3\nmax_held = 3\nbatch_runs = 3'
    const environment = { MICROFETCH_POLICY_MAX_WORKERS: '4', MICROFETCH_POLICY_MAX_HELD: '4' }
    const settings = readSettings(layers({ toml, environment, flags: ['policy.max_workers=5'] }))
    const of = (key: string) => [settings.get(key)?.value, settings.get(key)?.from, settings.get(key)?.place]
    assert.deepEqual(of('policy.max_workers'), [5, 'flag', '--setting policy.max_workers'])
    assert.deepEqual(of('policy.max_held'), [4, 'environment', 'MICROFETCH_POLICY_MAX_HELD'])
    assert.deepEqual(of('policy.batch_runs'), [3, 'file', '/home/a/microfetch.toml:4'])
  })

  test('every fixed key can be given in the environment as MICROFETCH_<SECTION>_<KEY>', () => {
    const settings = [...readSettings(layers({})).values()]
    for (const { key } of settings) {
      const variable = `MICROFETCH_${key.toUpperCase().replaceAll('.', '_')}`
      const faults = faultsOf({ environment: { [variable]: '\u0000\n' } })
      assert.ok(
        faults.every(fault => !fault.includes('no such setting')),
        variable,
      )
    }
    assert.ok(settings.length > 40)
  })

  test('an unknown key is refused with its line and the nearest right one', () => {
    assert.deepEqual(faultsOf({ toml: '[ena]\n\nportal_ulr = "x"' }), [
      '/home/a/microfetch.toml:3: there is no setting ena.portal_ulr; did you mean ena.portal_url?',
    ])
  })

  test('a right key in the wrong section is pointed to its own', () => {
    assert.match(faultsOf({ toml: 'max_workers = 3' })[0] ?? '', /did you mean policy\.max_workers\?/)
    assert.match(faultsOf({ toml: '[ena]\nca_file = "x"' })[0] ?? '', /did you mean network\.ca_file\?/)
  })

  test('a wrong value is refused with its place and with what is expected', () => {
    assert.deepEqual(faultsOf({ toml: '[policy]\nmax_workers = "3"' }), [
      '/home/a/microfetch.toml:2: policy.max_workers = "3" is wrong; expected is a whole number from 1 to 10000',
    ])
    assert.match(
      faultsOf({ environment: { MICROFETCH_SERVER_ALLOW_REMOTE: 'maybe' } })[0] ?? '',
      /^environment variable MICROFETCH_SERVER_ALLOW_REMOTE: /,
    )
    assert.match(faultsOf({ flags: ['policy.max_workers=-1'] })[0] ?? '', /^--setting policy\.max_workers: /)
  })

  test('an unknown variable that begins with MICROFETCH_ is refused, others are nobody’s business', () => {
    assert.deepEqual(faultsOf({ environment: { MICROFETCH_POLICY_MAX_WORKER: '3', OTHER: 'x', MICROFETCH_HOME: '/x' } }), [
      'environment variable MICROFETCH_POLICY_MAX_WORKER: there is no such setting; did you mean MICROFETCH_POLICY_MAX_WORKERS?',
    ])
  })

  test('a flag that is no KEY=VALUE, or names no key, is refused', () => {
    assert.equal(faultsOf({ flags: ['policy.max_workers'] }).length, 1)
    assert.match(faultsOf({ flags: ['policy.max_wrokers=3'] })[0] ?? '', /did you mean policy\.max_workers/)
  })

  test('all faults of all layers are told at once', () => {
    const given = { toml: '[policy]\nmax_workers = 0\nmax_helt = 1', environment: { MICROFETCH_X: '1' }, flags: ['a=b'] }
    assert.equal(faultsOf(given).length, 4)
  })

  test('a text that is not TOML is refused with its line', () => {
    assert.match(faultsOf({ toml: '[policy]\nmax_workers = \n' })[0] ?? '', /^\/home\/a\/microfetch\.toml:2: not TOML: /)
    assert.equal(faultsOf({ toml: '[policy]\nmax_held = 1\nmax_held = 2' }).length, 1)
  })

  test('a section without keys is no fault, an unknown one is', () => {
    assert.deepEqual(faultsOf({ toml: '[ena]\n[policy]\n[recipes]' }), [])
    assert.equal(faultsOf({ toml: '[polcy]' }).length, 1)
  })

  test('lists stand between commas in the environment', () => {
    const environment = { MICROFETCH_POLICY_MEMORY_SIZES_GB: '4, 8,16', MICROFETCH_ENA_MIRROR_URLS: '' }
    const settings = readSettings(layers({ environment }))
    assert.deepEqual(settings.get('policy.memory_sizes_gb')?.value, [4, 8, 16])
    assert.deepEqual(settings.get('ena.mirror_urls')?.value, [])
  })

  test('numbers may be written with underscores, as TOML does', () => {
    const settings = readSettings(layers({ toml: '[policy]\nbatch_bytes = 5_000', flags: ['policy.batch_runs=1_000'] }))
    assert.deepEqual([settings.get('policy.batch_bytes')?.value, settings.get('policy.batch_runs')?.value], [5000, 1000])
  })

  test('the usual variables of proxies hold where nobody set ours', () => {
    const environment = {
      https_proxy: 'proxy.example:3128',
      HTTP_PROXY: 'http://old.example:1',
      NODE_EXTRA_CA_CERTS: '/a.pem',
      no_proxy: '',
    }
    const settings = readSettings(layers({ toml: '[network]\nhttp_proxy = "http://ours.example:2"', environment }))
    assert.equal(settings.get('network.https_proxy')?.value, 'http://proxy.example:3128')
    assert.equal(settings.get('network.https_proxy')?.place, 'https_proxy')
    assert.equal(settings.get('network.http_proxy')?.value, 'http://ours.example:2')
    assert.equal(settings.get('network.ca_file')?.value, '/a.pem')
    assert.equal(settings.get('network.no_proxy')?.from, 'default')
  })

  test('names and passwords in addresses are used and never shown', () => {
    const setting = readSettings(layers({ flags: ['network.https_proxy=http://name:secret@proxy.example:3128'] })).get(
      'network.https_proxy',
    )
    assert.equal(setting?.value, 'http://name:secret@proxy.example:3128')
    assert.equal(setting?.safeValue, 'http://***@proxy.example:3128')
  })

  test('a key of a recipe can be given in every layer', () => {
    const toml = '[recipes.my-own]\nprofile = "docker"\nparams = { a = 1 }'
    const environment = { MICROFETCH_RECIPES_MY_OWN_PARAMS: '{ b = "x" }', MICROFETCH_RECIPES_MY_OWN_SAMPLESHEET_LINES: 'file' }
    const settings = readSettings(layers({ toml, environment, flags: ['recipes.my-own.profile=apptainer'] }))
    assert.deepEqual(settings.get('recipes.my-own.params')?.value, { b: 'x' })
    assert.equal(settings.get('recipes.my-own.samplesheet.lines')?.value, 'file')
    assert.equal(settings.get('recipes.my-own.profile')?.value, 'apptainer')
  })
})
