import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { controlClient, type ControlClient } from './control-client.ts'
import { openArchive } from './open-archive.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './world/world.ts'

/** An answer whose body has been read. */
export interface ReadAnswer {
  status: number
  headers: Headers
  text: string
}

/** An archive in this process, for the tests of this folder. It goes away with the test. */
export interface TestArchive {
  url: string
  world: World
  control: ControlClient
  /** GET below the portal's path with parameters. */
  portal(path: string, parameters?: Record<string, string>): Promise<ReadAnswer>
  /** Rows of a JSON search, sorted by accession. */
  rows(query: string, fields?: string): Promise<Record<string, string>[]>
  get(path: string, init?: RequestInit): Promise<ReadAnswer>
}

/** A genus with two species and a species apart; genomes so small that their files are made in no time. */
export const smallWorld: Scenario = {
  seed: 3,
  clock: '2026-08-20T12:00:00Z',
  taxa: [
    { id: 2, name: 'Bacteria', rank: 'domain' },
    { id: 620, parent: 2, name: 'Shigella', rank: 'genus', genomeBases: 1000 },
    { id: 623, parent: 620, name: 'Shigella flexneri', merged: [424718], genomeBases: 1000 },
    {
      id: 624,
      parent: 620,
      name: 'Shigella sonnei',
      commonName: 'dysentery rod',
      synonyms: ['Bacterium sonnei'],
      genomeBases: 1000,
    },
    { id: 666, parent: 2, name: 'Vibrio cholerae', genomeBases: 1000 },
  ],
  runs: [
    { taxon: 624, count: 4, depth: 4 },
    { taxon: 623, count: 3, depth: 4 },
    { taxon: 666, count: 2, depth: 4 },
    { taxon: 624, accession: 'ERR9100001', depth: 4 },
    { taxon: 624, accession: 'ERR9100002', depth: 4, library: { shape: 'none' } },
  ],
}

/** Opens an archive that lets any number of requests pass, and closes it after the test. */
export async function openTestArchive(t: TestContext, scenario: Scenario = smallWorld): Promise<TestArchive> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'rehearsal-test-'))
  const archive = await openArchive({ ...scenario, limits: { requestsPerSecond: 0, ...scenario.limits } }, { cacheDir })
  t.after(async () => {
    await archive.close()
    await rm(cacheDir, { recursive: true, force: true })
  })
  const get = async (path: string, init?: RequestInit): Promise<ReadAnswer> => {
    const answer = await fetch(archive.url + path, init)
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const portal = (path: string, parameters: Record<string, string> = {}) =>
    get(`/ena/portal/api/${path}?${new URLSearchParams({ result: 'read_run', ...parameters }).toString()}`)
  const rows = async (query: string, fields = 'run_accession') => {
    const { text } = await portal('search', { query, fields, format: 'json', limit: '0' })
    const found = JSON.parse(text) as Record<string, string>[]
    return found.sort((a, b) => (a['run_accession'] ?? '').localeCompare(b['run_accession'] ?? ''))
  }
  return { url: archive.url, world: archive.world, control: controlClient(archive.url), portal, rows, get }
}
