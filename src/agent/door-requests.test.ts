import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequest } from './door.ts'

/** What an rsync that reads is started with, up to the place. */
const reading = 'rsync --server --sender -tcRe.LsfxCIvu'

test('of flags and places only the known ones are granted', () => {
  const granted = [
    'results/',
    'results',
    'results/ERR1/',
    'results/ERR1',
    './results/ERR1/',
    'results/DONE.json',
    'standing.json',
    'agent.log',
    'pipeline.log.1',
    'boot.log',
  ]
  for (const place of granted) assert.equal(readRequest(`${reading} . ${place}`).kind, 'granted', place)
  for (const place of ['.', './', '/'])
    assert.equal(readRequest(`${reading} --files-from=- --from0 . ${place}`).kind, 'granted', place)
  assert.deepEqual(readRequest(`${reading} --files-from=- . /`), {
    kind: 'granted',
    args: ['--server', '--sender', '-tcRe.LsfxCIvu', '--files-from=-', '.', './'],
  })
})

const hostile: Record<string, string[]> = {
  places: [
    '/etc',
    '/',
    './',
    '..',
    '../',
    'results/..',
    'results/../..',
    'results/ERR1/../../boot.json',
    'boot.json',
    './boot.json',
    'assignment.json',
    'work/',
    'launch',
    'out/',
    'home/',
    '~',
    '~root',
    'results/ERR1//..',
    'machine.json',
    '-e',
    'host::module',
    'results/ERR1/a',
  ].map(place => `${reading} . ${place}`),
  flags: [
    '--rsh=sh',
    '--rsync-path=/bin/sh',
    '-esh',
    '-e',
    '-essh',
    '--daemon',
    '--config=/tmp/x',
    '--files-from=/etc/passwd',
    '--files-from=boot.json',
    '--log-file=/tmp/x',
    '--log-file-format=%n',
    '--temp-dir=/etc',
    '--backup-dir=/etc',
    '--partial-dir=/etc',
    '--partial-dir=..',
    '--compare-dest=/etc',
    '--link-dest=/etc',
    '--copy-dest=/',
    '--write-batch=/tmp/x',
    '--read-batch=/x',
    '--only-write-batch=x',
    '--exclude-from=/etc/passwd',
    '--include-from=/etc/passwd',
    '--filter=merge',
    '--password-file=/x',
    '--early-input=/x',
    '--copy-devices',
    '--write-devices',
    '--copy-unsafe-links',
    '--delete',
    '--chmod=777',
    '--super',
    '--fake-super',
    '--iconv=x',
    '-s',
    '--secluded-args',
    '--protect-args',
    '-k',
    '-K',
    '-a',
    '-F',
    '-b',
    '--timeout=1e9',
    '--timeout=',
    '--max-size=-1',
    '-',
    '--',
    '--server',
    '--sockopts=x',
    '--munge-links',
    '--acls',
    '-AX',
    '--old-args',
    '--stop-at=x',
    '--debug=all,=x',
  ].map(flag => `${reading} ${flag} . results/ERR1/`),
  commands: [
    '',
    ' ',
    'rsync',
    'sh',
    'sh -c id',
    'id',
    'rsync --server',
    'rsync --server . results/',
    'rsync --sender --server . results/',
    'rsync --server --sender',
    'rsync --server --sender .',
    '/usr/bin/rsync --server --sender . results/',
    `${reading} . results/ results/ERR1/`,
    `${reading} . results/ . /etc`,
    `${reading} results/`,
    `${reading} . results/; id`,
    `${reading} . results/\nid`,
    `${reading} . $(id)`,
    `${reading} . results/\`id\``,
    `${reading} . results/ERR1/|id`,
    `${reading} . results/\\..`,
    `${reading}  . results/`,
    ` ${reading} . results/`,
    `${reading} . results/ `,
    `${reading} . "results/"`,
    `${reading} . r*`,
    `${reading}\t. results/`,
    `internal-sftp`,
    `scp -f results`,
    `${reading} . results/\u0000`,
    `${reading} . ${'results/'.repeat(1000)}`,
  ],
}

for (const [kind, commands] of Object.entries(hostile)) {
  test(`hostile ${kind} are refused`, () => {
    for (const command of commands) assert.equal(readRequest(command).kind, 'refused', command)
  })
}

test('without a command there is nothing to grant', () => {
  assert.deepEqual(readRequest(undefined), { kind: 'refused', why: 'there is no command: this key opens no shell' })
})
