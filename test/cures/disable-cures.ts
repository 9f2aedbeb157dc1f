/*
 * Takes each cure away in turn, in a copy of the project, and shows that its test turns red; with the cure it is green.
 *   node test/cures/disable-cures.ts [part of a fault's name …]
 * One line for each, with the first words of the red test. Exit status 1 when a test stays green without its cure, is red with it, or
 * when the programs no longer run.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cures } from './cures.ts'
import { judgeCure } from './judge-cure.ts'

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const asked = process.argv.slice(2)

/** A copy of everything that is written by hand; what is installed is linked. */
function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'microfetch-cures-'))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: project, encoding: 'utf8' })
  for (const file of listed.split('\n').filter(name => name !== '')) {
    cpSync(join(project, file), join(copy, file), { recursive: true, force: true, dereference: false, errorOnExist: false })
  }
  for (const folder of ['node_modules', '.tools']) symlinkSync(join(project, folder), join(copy, folder))
  return copy
}

const copy = copyProject()
let wrong = 0
try {
  const chosen = cures.filter(({ fault }) => asked.length === 0 || asked.some(part => fault.includes(part)))
  for (const cure of chosen) {
    const { isRight, said } = judgeCure(copy, cure)
    if (!isRight) wrong += 1
    process.stdout.write(`${cure.fault}: ${said}\n`)
  }
  process.stdout.write(`${chosen.length} cures taken away in turn, ${wrong} wrong\n`)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.exitCode = wrong > 0 || process.exitCode === 1 ? 1 : 0
