import { Agent, request } from 'node:http'
import type { ControlChange, ControlOutcome, ShownFault, ShownRun } from './control-change.ts'
import type { Counts } from './counters.ts'
import type { FaultName } from './faults.ts'
import type { ArmWish, RunGroup, ScenarioTaxon } from './scenario.ts'

/** Changes a running archive, and asks it what it was asked. A change that cannot be made rejects with the archive's words. */
export interface ControlClient {
  /** Adds runs and says their accessions, a thousand at most. */
  addRuns(group: RunGroup): Promise<string[]>
  addTaxon(taxon: ScenarioTaxon): Promise<void>
  /** New bytes and MD5 for a run's files; its dates stay. */
  changeFiles(accession: string): Promise<void>
  withdraw(accession: string): Promise<void>
  suppress(accession: string): Promise<void>
  /** Takes back a withdrawal or suppression. */
  restore(accession: string): Promise<void>
  /** A share (0 to 1) of all rows says that it was last updated on a day, `YYYY-MM-DD`. */
  reindex(share: number, on: string): Promise<void>
  moveTaxon(accession: string, taxId: number): Promise<void>
  giveFiles(accession: string): Promise<void>
  editCells(accession: string, cells: Record<string, string>): Promise<void>
  mergeTaxon(from: number, into: number): Promise<void>
  deleteTaxon(taxId: number): Promise<void>
  /** Fixes the archive's clock; null lets it follow this machine's. */
  setClock(at: Date | null): Promise<void>
  advanceClock(seconds: number): Promise<void>
  /** Arms a fault of the menu and says its number. */
  arm(fault: FaultName, wish?: Omit<ArmWish, 'fault'>): Promise<number>
  /** Disarms one fault, or all. */
  disarm(id?: number): Promise<void>
  counts(): Promise<Counts>
  resetCounts(): Promise<void>
  faults(): Promise<ShownFault[]>
  /** Accessions of all runs, hidden ones too; ten thousand at most. */
  runs(): Promise<string[]>
  run(accession: string): Promise<ShownRun>
}

/** A client for the control port of the archive at an address such as `http://127.0.0.1:40123`. */
export function controlClient(url: string): ControlClient {
  // An agent of its own, so that no proxy setting of this machine stands between.
  const agent = new Agent({ keepAlive: false })
  const ask = <T>(method: 'GET' | 'POST', path: string, body?: unknown) =>
    exchangeJson<T>(agent, `${url}/_rehearsal/${path}`, method, body)
  const change = (wish: ControlChange) => ask<ControlOutcome>('POST', 'change', wish)
  const done = async (wish: ControlChange) => void (await change(wish))
  return {
    addRuns: async group => (await change({ kind: 'add-runs', group })).accessions ?? [],
    addTaxon: taxon => done({ kind: 'add-taxon', taxon }),
    changeFiles: accession => done({ kind: 'change-files', accession }),
    withdraw: accession => done({ kind: 'withdraw', accession }),
    suppress: accession => done({ kind: 'suppress', accession }),
    restore: accession => done({ kind: 'restore', accession }),
    reindex: (share, on) => done({ kind: 'reindex', share, on }),
    moveTaxon: (accession, taxId) => done({ kind: 'move-taxon', accession, taxId }),
    giveFiles: accession => done({ kind: 'give-files', accession }),
    editCells: (accession, cells) => done({ kind: 'edit-cells', accession, cells }),
    mergeTaxon: (from, into) => done({ kind: 'merge-taxon', from, into }),
    deleteTaxon: taxId => done({ kind: 'delete-taxon', taxId }),
    setClock: at => done({ kind: 'set-clock', at: at === null ? null : at.toISOString() }),
    advanceClock: seconds => done({ kind: 'advance-clock', seconds }),
    arm: async (fault, wish = {}) => (await change({ kind: 'arm', ...wish, fault })).id ?? 0,
    disarm: id => done({ kind: 'disarm', ...(id === undefined ? {} : { id }) }),
    counts: () => ask('GET', 'counts'),
    resetCounts: () => ask('POST', 'counts/reset'),
    faults: () => ask('GET', 'faults'),
    runs: () => ask('GET', 'runs'),
    run: accession => ask('GET', `run/${accession}`),
  }
}

function exchangeJson<T>(agent: Agent, url: string, method: string, body: unknown): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const asking = request(url, { agent, method }, answer => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('error', reject)
      answer.once('end', () => {
        const value = JSON.parse(Buffer.concat(pieces).toString('utf8')) as T & { message?: string }
        if (answer.statusCode === 200) resolve(value)
        else reject(new Error(`the rehearsal archive refused: ${value.message ?? answer.statusCode}`))
      })
    })
    asking.once('error', reject)
    asking.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
