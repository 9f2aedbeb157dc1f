import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { otherVariables } from '../../src/daemon/settings/read-settings.ts'
import { keyOfVariable } from '../../src/daemon/settings/known-keys.ts'
import { openTerminal } from '../integration/door-terminal.ts'

const folder = join(import.meta.dirname, '../../packaging/systemd')
const program = '/opt/microfetch/microfetch'
const files = readdirSync(folder)
const services = files.filter(file => file.endsWith('.service'))
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')

/** Values of a key of a unit. */
const valuesOf = (file: string, key: string) =>
  textOf(file)
    .split('\n')
    .flatMap(line => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

suite('the units', () => {
  for (const file of services) {
    test(`${file} starts a verb that exists with flags that it knows`, async t => {
      const person = await openTerminal(t)
      const everywhere = (await person.type(['--help'])).out
      const [start, ...others] = valuesOf(file, 'ExecStart')
      const [path, ...words] = (start ?? '').split(' ')
      assert.deepEqual([path, others], [program, []])
      const verb = words.find(word => /^[a-z]/.test(word) && new RegExp(`^ {2}${word}\\b`, 'm').test(everywhere)) ?? ''
      assert.notEqual(verb, '', `none of ${words.join(' ')} is a verb`)
      const place = words.indexOf(verb)
      const help = (await person.type(['help', verb])).out
      const flags = (from: readonly string[]) => from.filter(word => word.startsWith('-'))
      for (const flag of flags(words.slice(0, place))) assert.match(everywhere, new RegExp(`${flag}\\b`), flag)
      for (const flag of flags(words.slice(place))) assert.match(help, new RegExp(`${flag}\\b`), `${verb} ${flag}`)
    })

    test(`${file} sets only variables that microfetch reads, and no secret`, () => {
      for (const value of valuesOf(file, 'Environment')) {
        const name = value.slice(0, value.indexOf('='))
        if (name === 'HOME') continue
        assert.ok(keyOfVariable(name) !== undefined || otherVariables.includes(name), name)
        assert.ok(!/TOKEN$/.test(name), `${name} would stand in the unit, for everybody to read`)
      }
    })

    test(`${file} leaves the program no more rights than it needs`, () => {
      for (const line of [
        'NoNewPrivileges=yes',
        'ProtectSystem=strict',
        'ProtectHome=yes',
        'PrivateTmp=yes',
        'CapabilityBoundingSet=',
      ])
        assert.ok(textOf(file).split('\n').includes(line), line)
      assert.ok(valuesOf(file, 'User').length + valuesOf(file, 'DynamicUser').length === 1, 'it is not root')
    })
  }

  test('the independent sweep only reports', () => {
    assert.doesNotMatch(textOf('microfetch-sweep.service'), /^ExecStart=.*(--destroy|--yes|--all)/m)
  })

  test('the timer starts a service that is there', () => {
    for (const file of files.filter(name => name.endsWith('.timer')))
      assert.ok(files.includes(file.replace('.timer', '.service')))
  })

  const verifier = '/usr/bin/systemd-analyze'
  test('systemd understands them', { skip: existsSync(verifier) ? false : 'there is no systemd-analyze here' }, t => {
    const copy = mkdtempSync(join(tmpdir(), 'mf-units-'))
    t.after(() => rmSync(copy, { recursive: true }))
    // What they start, and the file of variables, are not installed here.
    const environmentFile = join(copy, 'collect.env')
    writeFileSync(environmentFile, '')
    for (const file of files) {
      const text = textOf(file).replaceAll(program, '/bin/true').replaceAll('/etc/microfetch/collect.env', environmentFile)
      writeFileSync(join(copy, file), text)
    }
    for (const file of files) {
      const { status, stdout, stderr } = spawnSync(verifier, ['verify', '--man=no', join(copy, file)], {
        encoding: 'utf8',
        timeout: 60_000,
      })
      const about = `${stdout}${stderr}`.split('\n').filter(line => line.includes(copy))
      assert.deepEqual([status, about], [0, []], `${file}: ${stdout}${stderr}`)
    }
  })
})

suite('the rotation of logs', () => {
  const text = readFileSync(join(folder, '../logrotate/microfetch'), 'utf8')

  test('moves logs away and lets the next line make them anew: no line is lost between copying and emptying', () => {
    assert.match(text, /^ +nocreate$/m)
    assert.doesNotMatch(text, /^ +copytruncate$/m)
  })

  test('means the folder of logs of the unit', () => {
    const [start = ''] = valuesOf('microfetch.service', 'ExecStart')
    const [, home = ''] = /--home (\S+)/.exec(start) ?? []
    assert.ok(text.includes(`\n${home}/logs/*.log {`))
  })
})
