import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder that is deleted when the tests have ended well; after a failure it stays to be looked at. */
export function temporaryFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `microfetch-${name}-`)))
  process.once('exit', code => {
    if (code === 0) rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
