import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { suite, test } from 'node:test'
import {
  asRemoteShell,
  defaultSsh,
  hostKeyAlias,
  knownHostsLine,
  requireAddress,
  sshWords,
  type SshSettings,
} from './ssh-command.ts'

const settings: SshSettings = { ...defaultSsh, identityFile: '/etc/microfetch/key' }
const target = { attemptId: 'a1b2', knownHostsFile: '/tmp/x/known_hosts' }
const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`

/** What ssh itself makes of the words: its settings by name, in small letters. */
function understood(words: string[]): Map<string, string> {
  const [command = '', ...args] = words
  const text = execFileSync(command, ['-G', ...args, '--', '192.0.2.7'], { encoding: 'utf8' })
  return new Map(
    text
      .trim()
      .split('\n')
      .map(line => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]),
  )
}

suite('the ssh command', () => {
  test('believes one key for one machine, offers one key, asks nobody and forwards nothing', () => {
    const said = understood(sshWords(settings, target))
    const expected = {
      stricthostkeychecking: 'true',
      userknownhostsfile: '/tmp/x/known_hosts',
      globalknownhostsfile: '/dev/null',
      hostkeyalias: 'mf-a1b2',
      hostkeyalgorithms: 'ssh-ed25519',
      updatehostkeys: 'false',
      checkhostip: 'no',
      batchmode: 'yes',
      identityfile: '/etc/microfetch/key',
      identitiesonly: 'yes',
      identityagent: 'none',
      preferredauthentications: 'publickey',
      forwardagent: 'no',
      forwardx11: 'no',
      clearallforwardings: 'yes',
      permitlocalcommand: 'no',
      controlmaster: 'false',
      connecttimeout: '20',
      serveraliveinterval: '15',
      serveralivecountmax: '3',
      loglevel: 'ERROR',
      requesttty: 'false',
      port: '22',
    }
    for (const [name, value] of Object.entries(expected)) assert.equal(said.get(name), value, name)
    assert.equal(said.has('proxycommand'), false)
  })

  test('goes through a jump host that must be known, with our key and without asking', () => {
    const said = understood(sshWords({ ...settings, jumpHost: 'me@gate.example.org:2222' }, target)).get('proxycommand') ?? ''
    for (const part of [
      'gate.example.org',
      "'2222'",
      "'me'",
      'StrictHostKeyChecking=yes',
      'BatchMode=yes',
      '/etc/microfetch/key',
      "'[%h]:%p'",
    ])
      assert.ok(said.includes(part), `${part} in ${said}`)
    assert.equal(said.includes('known_hosts'), false)
  })

  test('shares its connection only through a socket that it is told of, and only for a moment', () => {
    const said = understood(sshWords(settings, { ...target, sharedThrough: '/tmp/x/line' }))
    assert.deepEqual(
      [said.get('controlmaster'), said.get('controlpath'), said.get('controlpersist')],
      ['auto', '/tmp/x/line', '10'],
    )
  })

  test('reads a path with blanks and percent signs as it is', () => {
    const said = understood(sshWords(settings, { ...target, knownHostsFile: '/tmp/a b/100%h/known' }))
    assert.equal(said.get('userknownhostsfile'), '/tmp/a b/100%h/known')
  })

  const bad: Record<string, () => unknown> = {
    'an address that is an option': () => requireAddress('-oProxyCommand=x'),
    'an address with a command': () => requireAddress('a;reboot'),
    'an address with a user': () => requireAddress('root@host'),
    'an address with a folder': () => requireAddress('host:/etc'),
    'an empty address': () => requireAddress(''),
    'an address with a zone': () => requireAddress('fe80::1%eth0'),
    'an address with a newline': () => requireAddress('a\nb'),
    'a user that is an option': () => sshWords({ ...settings, user: '-lroot' }, target),
    'a port that is none': () => sshWords({ ...settings, port: 0 }, target),
    'a path that is not absolute': () => sshWords({ ...settings, identityFile: 'key' }, target),
    'a path with a quote': () => sshWords({ ...settings, identityFile: '/a"b' }, target),
    'a path that names the environment': () => sshWords({ ...settings, identityFile: '/a/${HOME}' }, target),
    'an attempt that could be another name': () => hostKeyAlias('a,*'),
    'a host key of another kind': () => knownHostsLine('a1', 'ssh-rsa AAAA'),
    'a host key with a second line': () => knownHostsLine('a1', `${key}\n* ${key}`),
    'a jump host that is an option': () => sshWords({ ...settings, jumpHost: '-oProxyCommand=x' }, target),
    'a jump host with a command': () => sshWords({ ...settings, jumpHost: 'a$(reboot)' }, target),
    'no time to connect': () => sshWords({ ...settings, connectSeconds: 0 }, target),
  }
  for (const [name, make] of Object.entries(bad)) {
    test(`is not made with ${name}`, () => {
      assert.throws(make, { code: 'bad-input' })
    })
  }

  test('is made for addresses of both kinds and for plain names', () => {
    for (const address of ['192.0.2.7', '2001:db8::7', 'mf-a1', 'droplet.example.org'])
      assert.equal(requireAddress(address), address)
    assert.equal(knownHostsLine('a1', key), `mf-a1 ${key}\n`)
  })

  test('is one string that rsync takes apart again as it was', () => {
    assert.equal(asRemoteShell(['ssh', '-oA="b c"', "it's"]), `ssh '-oA="b c"' 'it''s'`)
  })
})
