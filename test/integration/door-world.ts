import { addedRows } from './door-rows.ts'
import { makeClient, type Client } from '../../src/api/client.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { defaultTaxonSettings } from '../../src/core/taxon.ts'
import type { DoorParts } from '../../src/daemon/http/door-parts.ts'
import { makeApp } from '../../src/daemon/http/make-app.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import { FakeSource } from '../fakes/fake-source.ts'
import { aRecipe } from '../histories/a-recipe.ts'

/** When it is in the world of these tests. */
export const noon = new Date('2026-03-10T12:00:00.000Z')

/** The door over a real ledger in memory, and an archive in memory behind it. */
export interface DoorWorld {
  ledger: Ledger
  source: FakeSource
  app: ReturnType<typeof makeApp>
  client: Client
  /** Asks without the typed client, as a stranger may. */
  raw(path: string, init?: RequestInit & { host?: string }): Promise<Response>
  /** How often the loop was woken. */
  wakes(): number
  /** Sets the clock forward. */
  pass(seconds: number): void
  rows: ReturnType<typeof addedRows>
  close(): Promise<void>
}

/** The taxonomy of these tests. */
const taxa = [
  { taxId: 1, scientificName: 'root', rank: 'no rank' },
  { taxId: 9605, scientificName: 'Homo', rank: 'genus', parent: 1 },
  { taxId: 9606, scientificName: 'Homo sapiens', rank: 'species', parent: 9605 },
  { taxId: 63221, scientificName: 'Homo sapiens neanderthalensis', rank: 'subspecies', parent: 9606 },
  { taxId: 620, scientificName: 'Shigella', rank: 'genus', parent: 1 },
  { taxId: 624, scientificName: 'Shigella sonnei', rank: 'species', parent: 620, merged: [999] },
  { taxId: 623, scientificName: 'Shigella flexneri', rank: 'species', parent: 620 },
  { taxId: 55087, scientificName: 'Bacillus', rank: 'genus', parent: 1 },
  { taxId: 1386, scientificName: 'Bacillus', rank: 'genus', parent: 1 },
]

/** Opens it; `parts` go over what is usual. */
export async function openDoorWorld(parts: Partial<DoorParts> = {}, policy: Partial<Policy> = {}): Promise<DoorWorld> {
  let now = noon
  let wakes = 0
  let ids = 0
  const clock = () => now
  const ledger = await openLedger(':memory:')
  const source = new FakeSource({ taxa, deletedTaxa: [404], clock })
  const app = makeApp({
    ledger,
    archive: source,
    assignmentOf: async () => undefined,
    wake: () => (wakes += 1),
    clock,
    newId: () => `new${String((ids += 1)).padStart(9, '0')}`,
    policy: { ...defaultPolicy, ...policy },
    taxonDefaults: defaultTaxonSettings,
    recipes: new Map([['assemble', aRecipe('assemble')]]),
    access: { peopleTokenHash: undefined, hosts: ['localhost'] },
    libraryDir: '/library',
    version: '0.0.0',
    log: { say: () => undefined, warn: () => undefined },
    ...parts,
  })
  return {
    ledger,
    source,
    app,
    client: makeClient(request => app.fetch(request), { baseUrl: 'http://localhost', person: 'ada', timeLimitMs: 10_000 }),
    raw: async (path, init = {}) => {
      const headers = new Headers(init.headers)
      headers.set('host', init.host ?? 'localhost:8577')
      return app.request(path, { ...init, headers })
    },
    wakes: () => wakes,
    pass: seconds => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    rows: addedRows(ledger, noon),
    close: () => ledger.close(),
  }
}
