import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { lightBoot } from './light-boot.ts'
import { quoteWord } from './quote-word.ts'

const asUserData = (config: unknown): string => `#cloud-config\n${JSON.stringify(config)}`

/** The script of a boot, line by line, and what lies beside it. */
function bootOf(userData: string, sshKeys: string[] = []): { steps: string[]; files: Map<string, string> } {
  const files = new Map(
    lightBoot(userData, sshKeys).map(file => [file.path, 'content' in file ? Buffer.from(file.content).toString() : '']),
  )
  const script = files.get('/usr/local/lib/test-cloud/boot.sh') ?? ''
  execFileSync('sh', ['-n'], { input: script }) // a shell reads it
  return { steps: script.split('\n'), files }
}

test("steps come in cloud-init's order, and the ssh daemon starts when its keys are there", () => {
  const { steps } = bootOf(
    asUserData({
      runcmd: ['true'],
      bootcmd: ['true'],
      users: [{ name: 'collector', ssh_authorized_keys: ['ssh-ed25519 AAAA'] }],
      ssh_keys: { ed25519_private: 'private', ed25519_public: 'public' },
      hostname: 'mf-1',
      write_files: [
        { path: '/early', content: '' },
        { path: '/late', content: '', defer: true, owner: 'collector' },
      ],
    }),
  )
  const wanted = [
    'scripts/bootcmd',
    '/early',
    'hostname mf-1',
    'useradd',
    'ssh_host_ed25519_key',
    '/usr/sbin/sshd',
    '/late',
    'scripts/runcmd',
  ]
  const places = wanted.map(word => steps.findIndex(step => step.includes(word)))
  assert.ok(!places.includes(-1), String(places))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.match(steps.find(step => step.includes('/late')) ?? '', /-o collector -g collector/)
})

test('files are written as they are meant, whatever they are packed in', () => {
  const text = 'reads — lectures\n'
  const packed = {
    'text/plain': text,
    b64: Buffer.from(text).toString('base64'),
    'gz+b64': gzipSync(text).toString('base64'),
    'gzip+base64': gzipSync(text).toString('base64'),
  }
  const files = Object.entries(packed).map(([encoding, content], place) => ({ path: `/f${place}`, content, encoding }))
  const written = [...bootOf(asUserData({ write_files: files })).files].filter(([path]) => path.includes('/files/'))
  assert.deepEqual(
    written.map(([, content]) => content),
    files.map(() => text),
  )
})

test('a command given as words keeps them apart, one given as text is left to the shell', () => {
  const { files } = bootOf(asUserData({ runcmd: [['touch', 'a b', "it's"], 'echo $HOME > /x'] }))
  assert.equal(files.get('/usr/local/lib/test-cloud/runcmd'), `#!/bin/sh\ntouch 'a b' 'it'\\''s'\necho $HOME > /x\n`)
})

test('a script is run as it is', () => {
  const script = '#!/usr/bin/perl\nprint "hello"\n'
  assert.equal(bootOf(script).files.get('/usr/local/lib/test-cloud/part-001'), script)
})

test('without a pinned key the droplet makes one, with one it makes none', () => {
  const makes = (config: unknown): boolean => bootOf(asUserData(config)).steps.some(step => step.includes('ssh-keygen'))
  assert.equal(makes({}), true)
  assert.equal(makes({ ssh_keys: { ed25519_private: 'private' } }), false)
})

test('user-data that real cloud-init would read otherwise is refused, with the reason', () => {
  assert.throws(() => lightBoot('#cloud-config\nruncmd:\n  - ls\n', []), /needs real cloud-init/)
  assert.throws(() => lightBoot(asUserData({ packages: ['aria2'] }), []), /packages/)
  assert.throws(() => lightBoot(asUserData({ users: [{ name: 'a', uid: 7 }] }), []), /uid/)
  assert.throws(() => lightBoot(asUserData({ write_files: [{ path: 'relative' }] }), []), /write_files.0.path/)
  assert.throws(() => lightBoot('MIME-Version: 1.0\n', []), /understands #cloud-config/)
})

test('a quoted word comes out of a shell as it went in', () => {
  for (const word of ['plain', '', 'a b', "it's", '$HOME `id` "x" \\', 'line\nbreak', '*', '-n', 'ß']) {
    assert.equal(execFileSync('sh', ['-c', `printf %s ${quoteWord(word)}`]).toString(), word)
  }
})
