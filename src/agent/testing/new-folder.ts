import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []
process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** A fresh folder for a test, removed when the test's program ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-agent-test-'))
  made.push(folder)
  return folder
}
