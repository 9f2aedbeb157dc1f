import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { missingPaths } from './layout/check-architecture.ts'
import { importFaults } from './layout/check-imports.ts'
import { linkFaults } from './layout/check-links.ts'
import { nameFaults } from './layout/check-names.ts'
import { placeFaults } from './layout/check-places.ts'
import { mostFileLines, mostFunctionLines, sizeFaults } from './layout/check-sizes.ts'
import { projectFolder, projectTexts } from './layout/project-files.ts'
import { rooms } from './layout/rooms.ts'

const texts = projectTexts()
const sources = texts.filter(file => file.path.endsWith('.ts'))

/** Fails with every fault on a line of its own. */
function assertNone(faults: readonly string[]): void {
  assert.ok(faults.length === 0, `\n  ${faults.join('\n  ')}`)
}

suite('the layout of the project', () => {
  test('there are sources to look at', () => {
    assert.ok(sources.length > 50, `${sources.length} files`)
  })

  test('every file imports only what its room may', () => {
    assertNone(importFaults(sources, rooms))
  })

  test(`no file has more than ${mostFileLines} lines, and no function more than ${mostFunctionLines}`, () => {
    assertNone(sizeFaults(sources))
  })

  test('files are named in kebab-case, after what is inside', () => {
    assertNone(nameFaults(sources.map(file => file.path)))
  })

  test('every path that ARCHITECTURE.md names exists', () => {
    const markdown = readFileSync(join(projectFolder, 'ARCHITECTURE.md'), 'utf8')
    assertNone(missingPaths('ARCHITECTURE.md', markdown, path => existsSync(join(projectFolder, path))))
  })

  test('every link of a document leads somewhere', () => {
    assertNone(
      linkFaults(
        texts.filter(file => file.path.endsWith('.md')),
        path => existsSync(join(projectFolder, path)),
      ),
    )
  })

  test('no text names a place of this machine or a host that is none of ours', () => {
    assertNone(placeFaults(texts, [projectFolder, `${homedir()}/`]))
  })

  test('the import table names only rooms and folders that exist', () => {
    const names = new Set(rooms.map(room => room.name))
    assertNone(
      rooms.flatMap(room => room.mayImport.filter(name => !names.has(name)).map(name => `${room.name}: no room ${name}`)),
    )
  })
})
