import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { missingPaths, pathsNamedIn } from './check-architecture.ts'
import { importFaults, importsOf, roomOf } from './check-imports.ts'
import { linkFaults } from './check-links.ts'
import { nameFaults } from './check-names.ts'
import { placeFaults } from './check-places.ts'
import { mostFileLines, mostFunctionLines, sizeFaults } from './check-sizes.ts'
import { rooms, type Room } from './rooms.ts'

const small: Room[] = [
  { name: 'core', holds: ['src/core/'], mayImport: [], packages: [] },
  { name: 'ledger', holds: ['src/daemon/ledger/'], mayImport: ['core'], packages: ['kysely', 'node:sqlite'] },
  { name: 'plans', holds: ['src/daemon/stages/*/plan.ts'], mayImport: ['core'], packages: [] },
  { name: 'stages', holds: ['src/daemon/stages/'], mayImport: ['core', 'ledger', 'plans'], packages: ['node:*'] },
]

/** The faults of one file with one line in it. */
function faultsOf(path: string, text: string): string[] {
  return importFaults([{ path, text }], small)
}

suite('the check of imports', () => {
  test('a room may import itself and what the table lists', () => {
    assert.deepEqual(
      faultsOf('src/daemon/stages/watch/look.ts', `import { a } from '../../ledger/taxa.ts'\nimport { plan } from './plan.ts'`),
      [],
    )
  })

  test('an import that the table does not list is a fault, of types too', () => {
    assert.equal(faultsOf('src/core/run.ts', `import type { Tx } from '../daemon/ledger/ledger.ts'`).length, 1)
    assert.equal(faultsOf('src/core/run.ts', `export { Tx } from '../daemon/ledger/ledger.ts'`).length, 1)
    assert.equal(faultsOf('src/core/run.ts', `type Tx = import('../daemon/ledger/ledger.ts').Tx`).length, 1)
    assert.equal(faultsOf('src/core/run.ts', `const a = await import('../daemon/ledger/ledger.ts')`).length, 1)
  })

  test('a plan may import only the core, although its stage may import more', () => {
    assert.equal(faultsOf('src/daemon/stages/watch/plan.ts', `import { a } from '../../ledger/taxa.ts'`).length, 1)
    assert.deepEqual(faultsOf('src/daemon/stages/watch/plan.ts', `import { a } from '../../../core/run.ts'`), [])
  })

  test('packages and parts of Node are refused where they are not listed', () => {
    assert.equal(faultsOf('src/core/run.ts', `import { readFileSync } from 'node:fs'`).length, 1)
    assert.equal(faultsOf('src/daemon/stages/watch/look.ts', `import { sql } from 'kysely'`).length, 1)
    assert.deepEqual(faultsOf('src/daemon/stages/watch/look.ts', `import { join } from 'node:path'`), [])
  })

  test('only a room that names SQLite may use it', () => {
    assert.equal(faultsOf('src/daemon/stages/watch/look.ts', `import { DatabaseSync } from 'node:sqlite'`).length, 1)
    assert.deepEqual(faultsOf('src/daemon/ledger/taxa.ts', `import { DatabaseSync } from 'node:sqlite'`), [])
  })

  test('a file in no room is a fault, and so is an import of what is only for tests', () => {
    assert.equal(faultsOf('src/elsewhere/a.ts', '').length, 1)
    assert.equal(faultsOf('src/core/run.ts', `import { a } from '../../test/builders.ts'`).length, 1)
    assert.equal(faultsOf('src/core/run.ts', `import { a } from './other.test.ts'`).length, 1)
    assert.equal(faultsOf('src/core/run.ts', `import { a } from './testing/runs.ts'`).length, 1)
  })

  test('tests, and what lies in testing/ for them, may import what they like', () => {
    assert.deepEqual(faultsOf('src/core/testing/runs.ts', `import { a } from '../../daemon/ledger/ledger.ts'`), [])
    assert.deepEqual(faultsOf('src/core/run.test.ts', `import { a } from '../daemon/ledger/ledger.ts'`), [])
  })

  test('words in comments and texts are no imports', () => {
    assert.deepEqual(importsOf('a.ts', `// import { a } from 'b'\nconst text = "import c from 'd'"`), [])
  })

  test('the shipped table holds what matters most', () => {
    assert.equal(roomOf('src/daemon/stages/batch/plan.ts', rooms)?.name, 'plans')
    assert.deepEqual(rooms.find(room => room.name === 'plans')?.mayImport, ['core'])
    assert.deepEqual(rooms.find(room => room.name === 'core')?.packages, [])
    const wiring = rooms.filter(room => room.mayImport.includes('daemon main')).map(room => room.name)
    assert.deepEqual(wiring, ['cli door', 'cli programs'])
    const sqlite = rooms.filter(room => room.packages.includes('node:sqlite')).map(room => room.name)
    assert.deepEqual(sqlite, ['ledger', 'lock'])
  })
})

suite('the check of sizes', () => {
  test('a file may have as many lines as allowed and not one more', () => {
    const lines = (count: number) => 'const a = 1\n'.repeat(count)
    assert.deepEqual(sizeFaults([{ path: 'src/a.ts', text: lines(mostFileLines) }]), [])
    assert.equal(sizeFaults([{ path: 'src/a.test.ts', text: lines(mostFileLines + 1) }]).length, 1)
  })

  test('a function may have as many lines as allowed and not one more, except in tests', () => {
    const text = (count: number) => `const f = () => {\n${'  void 0\n'.repeat(count - 2)}}\n`
    assert.deepEqual(sizeFaults([{ path: 'src/a.ts', text: text(mostFunctionLines) }]), [])
    assert.deepEqual(sizeFaults([{ path: 'src/a.ts', text: text(mostFunctionLines + 1) }]), [
      `src/a.ts:1: a function of ${mostFunctionLines + 1} lines, at most ${mostFunctionLines}`,
    ])
    assert.deepEqual(sizeFaults([{ path: 'src/a.test.ts', text: text(mostFunctionLines + 1) }]), [])
  })

  test('a method counts as a function', () => {
    const text = `class A {\n  m() {\n${'    void 0\n'.repeat(mostFunctionLines)}  }\n}\n`
    assert.equal(sizeFaults([{ path: 'src/a.ts', text }]).length, 1)
  })
})

suite('the check of names', () => {
  test('kebab-case passes, anything else does not', () => {
    assert.deepEqual(
      nameFaults(['src/core/judge-run.ts', 'src/core/judge-run.test.ts', 'src/daemon/ledger/migrations/0001-first.ts']),
      [],
    )
    assert.equal(nameFaults(['src/core/judgeRun.ts']).length, 1)
    assert.equal(nameFaults(['src/Core/run.ts']).length, 1)
    assert.equal(nameFaults(['src/core/judge_run.ts']).length, 1)
  })

  test('words that say nothing are refused in files and in folders', () => {
    assert.equal(nameFaults(['src/core/utils.ts']).length, 1)
    assert.equal(nameFaults(['src/helpers/run.ts']).length, 1)
    assert.equal(nameFaults(['src/core/run-manager.ts']).length, 1)
    assert.deepEqual(nameFaults(['src/core/database.ts']), [])
  })
})

suite('the check of places', () => {
  test('the archive and hosts that cannot exist may be named', () => {
    assert.deepEqual(
      placeFaults([{ path: 'a.md', text: 'https://www.ebi.ac.uk/ena http://mirror.example.org http://127.0.0.1:80/x' }], []),
      [],
    )
  })

  test('any other host is a fault, and so is a place of this machine', () => {
    assert.deepEqual(placeFaults([{ path: 'a.md', text: `see https://${'elsewhere.io'}/x` }], []), [
      'a.md: names the host elsewhere.io',
    ])
    assert.equal(placeFaults([{ path: 'a.md', text: 'cd /place/of/mine/now' }], ['/place/of/mine']).length, 1)
  })
})

suite('the check of ARCHITECTURE', () => {
  const markdown =
    'Rules are in `src/core/run.ts`; plans in `src/daemon/stages/<step>/plan.ts`.\n```\nsrc/api/   the wire\nsrc/gone.ts\n```\nsrc/not-code.ts'

  test('paths are read from code, and those with a blank to fill are left alone', () => {
    assert.deepEqual(pathsNamedIn(markdown), ['src/core/run.ts', 'src/api/', 'src/gone.ts'])
  })

  test('a path that does not exist is a fault', () => {
    assert.deepEqual(
      missingPaths('A.md', markdown, path => path !== 'src/gone.ts'),
      ['A.md: names src/gone.ts, which does not exist'],
    )
  })
})

suite('the check of links', () => {
  const text =
    'See [a](a.md#part), [b](../b.md), [far](https://example.org/x), [here](#part), [gone](gone.md) and `[code](code.md)`.'

  test('links to files are followed from their document, others are left alone', () => {
    const asked: string[] = []
    const faults = linkFaults([{ path: 'docs/src/x.md', text }], path => {
      asked.push(path)
      return path !== 'docs/src/gone.md'
    })
    assert.deepEqual(asked, ['docs/src/a.md', 'docs/b.md', 'docs/src/gone.md'])
    assert.deepEqual(faults, ['docs/src/x.md: links to gone.md, which does not exist'])
  })
})
