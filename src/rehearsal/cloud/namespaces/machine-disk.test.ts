import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memoryText, mountTable, type View } from './machine-disk.ts'

const targetsOf = (view: Partial<View>): string[] =>
  mountTable({
    machineFolder: '/m',
    devices: '/dev',
    memoryFile: undefined,
    limits: [],
    view: { hidden: [], seen: [], shared: [], ...view },
  })
    .trim()
    .split('\n')
    .map(line => `${line.split(' ')[0]} ${line.split(' ')[1]?.replace(/^.m.root/, '@')}`)

test('a hidden folder within a seen one is hidden last, a seen one within a hidden one is seen', () => {
  const both = targetsOf({ seen: ['/x/package'], hidden: ['/x/package/home', '/x'] })
  const places = ['hidden @/x', '/x/package @/x/package', 'hidden @/x/package/home'].map(line => both.indexOf(line))
  assert.ok(!places.includes(-1), both.join('\n'))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.ok(targetsOf({ seen: ['/x'], hidden: ['/xy'] }).includes('hidden @/xy'), 'a name that begins alike is no folder of it')
})

test('a symbolic link does not lead out of the root that is built', t => {
  const folder = mkdtempSync(join(tmpdir(), 'links-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'real'))
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  assert.ok(targetsOf({ hidden: [join(folder, 'link')] }).includes(`hidden @${folder}/real`))
})

test('white space in a path does not end a field of the table', () => {
  assert.ok(targetsOf({ hidden: ['/my home'] }).includes('hidden @/my\\040home'))
})

test('memory is told in the kernel\u2019s own words', () => {
  assert.match(memoryText(512), /^MemTotal: {8}524288 kB\n/)
})
