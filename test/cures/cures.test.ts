import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloudFaultMenu } from '../../src/rehearsal/cloud/faults/cloud-fault-menu.ts'
import { cures, cureTables } from './cures.ts'
import { dropletFaultsChapter } from './droplet-faults-chapter.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(project, file), 'utf8')

suite('The cures of faults of droplets', () => {
  test('each can be taken away: every text stands exactly once in its file, and another takes its place', () => {
    const wrong = cures.flatMap(({ fault, without }) => {
      if (without.length === 0) return [`${fault}: nothing is taken away`]
      return without.flatMap(({ file, find, replace }) => {
        const times = existsSync(join(project, file)) ? read(file).split(find).length - 1 : 0
        return times === 1 && find !== replace ? [] : [`${fault}: ${times} times in ${file}: ${find}`]
      })
    })
    assert.deepEqual(wrong, [])
  })

  test('each is shown by a test that there is', () => {
    const wrong = cures.filter(
      ({ test }) => !existsSync(join(project, test.file)) || !read(test.file).includes(test.written ?? test.name),
    )
    assert.deepEqual(
      wrong.map(({ fault, test }) => `${fault}: ${test.file}: ${test.name}`),
      [],
    )
  })

  test('no test is taken away with its cure', () => {
    const wrong = cures.filter(({ without }) => without.some(({ file }) => /\.test\.ts$|\/testing\/|^test\//.test(file)))
    assert.deepEqual(wrong, [])
  })

  test('every fault of the test cloud has one, and no two rows are alike', () => {
    const rows = cureTables.filter(table => table.isMenu).flatMap(table => table.cures.map(({ fault }) => fault))
    const menu = cloudFaultMenu.map(({ name }) => name).filter(name => name !== 'host')
    assert.deepEqual(rows.toSorted(), menu.toSorted())
    const faults = cures.map(({ fault }) => fault)
    assert.deepEqual(
      faults.filter((fault, place) => faults.indexOf(fault) !== place),
      [],
    )
  })

  test('docs/src/droplet-faults.md holds them all, and nothing else (npm run docs writes it)', () => {
    assert.equal(read('docs/src/droplet-faults.md'), dropletFaultsChapter())
  })
})
