import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/daemon/config.ts'
import { openDoor } from '../../src/daemon/open-door.ts'

/** An installation with these settings in a folder of its own, with one taxon added and nothing done yet. */
export async function makeInstallation(settings: string, taxId: number): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'microfetch-chaos-'))
  writeFileSync(join(home, 'microfetch.toml'), settings)
  await addTaxon(home, taxId)
  return home
}

const silent = { say: () => undefined, warn: () => undefined }

/** Adds a taxon through the door, all of its past. */
async function addTaxon(home: string, taxId: number): Promise<void> {
  const door = await openDoor(await readConfig({ home }), {
    mayLackLedger: true,
    clock: () => new Date(),
    version: 'test',
    log: silent,
  })
  try {
    await door.makeLedger()
    const body = JSON.stringify({
      asked: [String(taxId)],
      scope: 'subtree',
      reach: { kind: 'all' },
      settings: {},
      force: false,
      dryRun: false,
    })
    const answer = await door.fetch(
      new Request('http://localhost/api/taxa', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    )
    if (!answer.ok) throw new Error(await answer.text())
  } finally {
    await door.close()
  }
}

/** Removes the folder of an installation. */
export function forgetInstallation(home: string): void {
  rmSync(home, { recursive: true, force: true })
}
