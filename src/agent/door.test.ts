import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { agentProgram } from './testing/agent-programs.ts'
import { newFolder } from './testing/new-folder.ts'

/** What an rsync that reads is started with, up to the place. */
const reading = 'rsync --server --sender -tcRe.LsfxCIvu'

/** Whose door is tried: nobody with rights, as on a droplet. */
const visitor = { uid: 41_001, gid: 41_001 }
const isRoot = process.getuid?.() === 0

interface Bed {
  folder: string
  to: string
  rsync(args: string[], from: string, input?: string): Promise<{ code: number | null; said: string }>
  log(): string
}

/** A machine's folder with two runs, and a remote shell that is nothing but the door. */
async function aDoor(): Promise<Bed> {
  const root = newFolder()
  chmodSync(root, 0o755)
  const [folder, to] = [join(root, 'machine'), join(root, 'home')]
  for (const path of [folder, to, join(folder, 'results/ERR1/deep'), join(folder, 'results/ERR2')])
    mkdirSync(path, { recursive: true })
  for (const path of [
    'results/ERR1/a',
    'results/ERR1/deep/b',
    'results/ERR2/a',
    'results/DONE.json',
    'standing.json',
    'agent.log',
    'door.log',
    'boot.json',
  ])
    writeFileSync(join(folder, path), path === 'door.log' ? '' : path)
  writeFileSync(join(root, 'outside'), 'outside')
  chmodSync(join(folder, 'boot.json'), 0o600)
  chmodSync(join(folder, 'door.log'), 0o666)
  for (const path of ['results/ERR1', 'results/ERR1/deep']) chmodSync(join(folder, path), 0o777)
  const { node, bundle } = await agentProgram('this Node')
  const program = join(root, 'agent.mjs')
  writeFileSync(program, readFileSync(bundle))
  const shell = join(root, 'shell')
  const drop = isRoot ? `setpriv --reuid ${visitor.uid} --regid ${visitor.gid} --clear-groups` : ''
  // As sshd does it: what was asked for is one text, and only the forced command is started.
  writeFileSync(shell, `#!/bin/sh\nshift\nSSH_ORIGINAL_COMMAND="$*" exec ${drop} "${node}" "${program}" door "${folder}"\n`, {
    mode: 0o755,
  })
  return {
    folder,
    to,
    log: () => readFileSync(join(folder, 'door.log'), 'utf8'),
    rsync: (args, from, input = '') =>
      new Promise(resolve => {
        const child = spawn('rsync', ['--no-protect-args', `--rsh=${shell}`, ...args, '--', `host:${from}`, `${to}/`])
        let said = ''
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
        child.stdin.on('error', () => undefined)
        child.stdin.end(input)
        child.on('close', code => resolve({ code, said }))
      }),
  }
}

test(
  'a collector lists, compares, fetches and removes what lies in the results',
  { skip: !isRoot && 'another user can only be had as root' },
  async () => {
    const door = await aDoor()
    const listed = await door.rsync(
      ['--list-only', '--recursive', '--no-human-readable', '--8-bit-output', '--timeout=60'],
      'results/ERR1/',
    )
    assert.match(listed.said, /deep\/b/)
    const listFlags = [
      '--no-recursive',
      '--files-from=-',
      '--from0',
      '--ignore-missing-args',
      '--timeout=60',
      '--no-links',
      '--remote-option=--copy-links',
    ]
    const documents = await door.rsync(
      ['--checksum', '--info=skip1,nonreg1', '--max-size=1000', ...listFlags],
      './',
      './standing.json\0./results/DONE.json\0./results/none\0',
    )
    assert.deepEqual(
      [
        documents.code,
        readFileSync(join(door.to, 'standing.json'), 'utf8'),
        readFileSync(join(door.to, 'results/DONE.json'), 'utf8'),
      ],
      [0, 'standing.json', 'results/DONE.json'],
    )
    const copied = await door.rsync(
      [
        '--times',
        '--checksum',
        '--partial-dir=.rsync-partial',
        '--delay-updates',
        '--no-perms',
        '--bwlimit=5000k',
        '--max-size=1000',
        ...listFlags,
      ],
      'results/ERR1/',
      './a\0./deep/b\0',
    )
    assert.equal(copied.code, 0, copied.said)
    assert.equal(readFileSync(join(door.to, 'deep/b'), 'utf8'), 'results/ERR1/deep/b')
    const compared = await door.rsync(
      ['--dry-run', '--checksum', '--8-bit-output', '--out-format=%n', ...listFlags],
      'results/ERR1/',
      './a\0./deep/b\0',
    )
    assert.deepEqual([compared.code, compared.said.trim()], [0, ''])
    const removed = await door.rsync(
      [
        '--checksum',
        '--remove-source-files',
        '--no-perms',
        '--no-times',
        '--min-size=1',
        `--compare-dest=${door.to}/`,
        ...listFlags,
      ],
      'results/ERR1/',
      './a\0./deep/b\0',
    )
    assert.equal(removed.code, 0, removed.said)
    assert.deepEqual(readdirSync(join(door.folder, 'results/ERR1')), ['deep'])
    assert.deepEqual(readdirSync(join(door.folder, 'results/ERR1/deep')), [])
    assert.equal(door.log(), '')
  },
)

test(
  'nothing outside can be had by any listed name, and nothing of the folder that is not handed over',
  { skip: !isRoot && 'another user can only be had as root' },
  async () => {
    const door = await aDoor()
    const names = ['../outside', '../../machine/boot.json', '/etc/passwd', './../outside', 'boot.json', 'results/../../outside']
    for (const from of ['./', 'results/ERR1/']) {
      await door.rsync(
        ['--no-recursive', '--files-from=-', '--from0', '--ignore-missing-args', '--remove-source-files'],
        from,
        `${names.join('\0')}\0`,
      )
    }
    assert.deepEqual(execFileSync('find', [door.to, '-type', 'f'], { encoding: 'utf8' }), '')
    assert.ok(existsSync(join(door.folder, 'boot.json')) && existsSync(join(door.folder, '../outside')))
  },
)

test(
  'what is not asked for by our own collector is refused with status 126, and written down',
  { skip: !isRoot && 'another user can only be had as root' },
  async () => {
    const door = await aDoor()
    const ask = (request: string): string =>
      execFileSync('sh', ['-c', `"${door.folder}/../shell" host ${request} 2>&1; echo $?`], { encoding: 'utf8' })
    assert.equal(ask(`${reading} . /etc/`), 'door: the place /etc/ is not allowed\n126\n')
    const pushed = execFileSync(
      'sh',
      ['-c', `rsync --no-protect-args --rsh="${door.folder}/../shell" -r "${door.to}/" host:results/ERR1/ 2>&1; echo $?`],
      { encoding: 'utf8' },
    )
    assert.match(pushed, /only rsync that reads is granted here is not allowed/)
    assert.deepEqual(
      door
        .log()
        .trim()
        .split('\n')
        .map(line => line.replace(/^\S+ /, '').replace(/; asked.*/, '')),
      ['refused: the place /etc/', 'refused: only rsync that reads is granted here'],
    )
    assert.equal(door.log().includes('asked: rsync --server --sender'), true)
  },
)

test(
  'a folder whose token this user could read is not opened at all',
  { skip: !isRoot && 'another user can only be had as root' },
  async () => {
    const door = await aDoor()
    chmodSync(join(door.folder, 'boot.json'), 0o644)
    assert.notEqual((await door.rsync(['--list-only', '-r'], 'results/')).code, 0)
    assert.match(door.log(), /the token could be read/)
  },
)
