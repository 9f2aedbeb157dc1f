import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { controlTrees, limitMounts, MachineGroups, makeCloudGroups } from './control-groups.ts'

const version1 = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`

test('version 1 has a tree for each kind, and is taken where it limits memory', () => {
  assert.deepEqual(controlTrees(version1), {
    version: 1,
    memory: '/sys/fs/cgroup/memory',
    cpu: '/sys/fs/cgroup/cpu,cpuacct',
    freezer: '/sys/fs/cgroup/freezer',
  })
  assert.deepEqual(controlTrees(''), { version: 1, memory: undefined, cpu: undefined, freezer: undefined })
})

test('limits are read where the version that is there keeps them', () => {
  assert.deepEqual(limitMounts(version1), ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/cpu,cpuacct'])
  assert.deepEqual(limitMounts('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n'), ['/sys/fs/cgroup'])
  assert.deepEqual(limitMounts('cgroup2 /mnt/elsewhere cgroup2 rw 0 0\n'), [])
})

test('version 2 has one tree, with the kinds that it passes on', t => {
  const root = mkdtempSync(join(tmpdir(), 'groups-'))
  t.after(() => rmSync(root, { recursive: true }))
  writeFileSync(join(root, 'cgroup.subtree_control'), 'cpuset cpu io memory pids\n')
  const trees = controlTrees(`cgroup2 ${root} cgroup2 rw 0 0\n`)
  assert.deepEqual(trees, { version: 2, memory: root, cpu: root, freezer: root })
  assert.deepEqual(makeCloudGroups(trees, 'cloud'), [join(root, 'cloud')])
  // The kernel reads this file line by line as it is written; a folder keeps the last line.
  assert.equal(readFileSync(join(root, 'cloud', 'cgroup.subtree_control'), 'utf8'), '+cpu')
})

test('limits are written in the words of the version that is there', t => {
  const root = mkdtempSync(join(tmpdir(), 'groups-'))
  t.after(() => rmSync(root, { recursive: true }))
  const words = {
    1: {
      memory: ['memory.limit_in_bytes', '1048576'],
      cpu: ['cpu.shares', '2048'],
      frozen: ['freezer.state', 'FROZEN', 'THAWED'],
    },
    2: { memory: ['memory.max', '1048576'], cpu: ['cpu.weight', '200'], frozen: ['cgroup.freeze', '1', '0'] },
  } as const
  for (const { memory, cpu, frozen } of Object.values(words)) {
    const cloud = mkdtempSync(join(root, 'cloud-'))
    const groups = new MachineGroups([cloud], 'm')
    // A kernel fills a new group's folder with its files.
    for (const [file] of [memory, cpu, frozen]) writeFileSync(join(cloud, 'm', file), '')
    const read = (file: string): string => readFileSync(join(cloud, 'm', file), 'utf8')
    assert.equal(groups.limitMemory(2 ** 20), true)
    groups.shareProcessors(2)
    assert.equal(groups.freeze(true), true)
    assert.deepEqual([read(memory[0]), read(cpu[0]), read(frozen[0])], [memory[1], cpu[1], frozen[1]])
    groups.freeze(false)
    assert.equal(read(frozen[0]), frozen[2])
  }
})

test('what cannot be limited or frozen is said, not passed over', t => {
  const cloud = mkdtempSync(join(tmpdir(), 'groups-'))
  t.after(() => rmSync(cloud, { recursive: true }))
  mkdirSync(join(cloud, 'other'))
  const groups = new MachineGroups([cloud], 'm')
  assert.deepEqual([groups.limitMemory(1), groups.freeze(true)], [false, false])
  assert.throws(() => new MachineGroups([cloud], 'm'), /EEXIST/)
})
