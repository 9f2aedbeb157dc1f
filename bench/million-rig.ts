import { defaultPolicy } from '../src/core/policy.ts'
import { defaultTaxonSettings } from '../src/core/taxon.ts'
import { randomId } from '../src/daemon/chance.ts'
import type { Deps } from '../src/daemon/deps.ts'
import { noEffectPoint } from '../src/core/effect-point.ts'
import { makeOutbound } from '../src/daemon/fetch/outbound.ts'
import { systemTiming } from '../src/daemon/fetch/timing.ts'
import { makeLedger, type Ledger } from '../src/daemon/ledger/ledger.ts'
import { migrate } from '../src/daemon/ledger/migrate.ts'
import { openNodeSqlite } from '../src/daemon/ledger/node-sqlite.ts'
import { makeEnaSource } from '../src/daemon/sources/ena/ena-source.ts'

/** The archive side of a daemon: the shipped source over HTTP, the shipped ledger on disk. */
export interface MillionRig {
  ledger: Ledger
  deps: Deps
  /** From now on counts rows written in the large tables; the function tells how many. */
  countWrites(): () => number
  close(): Promise<void>
}

/** Opens it. */
export async function openMillionRig(path: string, archive: { portalUrl: string; taxonomyUrl: string }): Promise<MillionRig> {
  const writer = openNodeSqlite(path)
  migrate(writer, { backupBeside: undefined })
  const ledger = makeLedger(path, writer, openNodeSqlite(path), noEffectPoint)
  const outbound = makeOutbound(
    {
      httpProxy: undefined,
      httpsProxy: undefined,
      noProxy: undefined,
      caPem: undefined,
      connectSeconds: 15,
      idleSeconds: 120,
      requestsPerSecond: 50,
      atMostAtOnce: 4,
      userAgent: 'microfetch/benchmark',
    },
    systemTiming,
  )
  const clock = () => new Date()
  const { portalUrl, taxonomyUrl } = archive
  const source = makeEnaSource({
    portalUrl,
    taxonomyUrl,
    outbound,
    clock,
    warn: (text, fields) => console.log(text, JSON.stringify(fields)),
  })
  const deps = {
    ledger,
    source,
    policy: defaultPolicy,
    taxonDefaults: defaultTaxonSettings,
    recipes: new Map(),
    clock,
    newId: randomId,
    effect: noEffectPoint,
    log: { say: () => undefined, warn: (text: string, fields?: object) => console.log(text, JSON.stringify(fields)) },
  } as unknown as Deps
  return {
    ledger,
    deps,
    countWrites: () => {
      writer.raw.exec('create temp table written (what text)')
      for (const table of ['runs', 'verdicts', 'deliveries']) {
        for (const act of ['insert', 'update', 'delete']) {
          writer.raw.exec(
            `create temp trigger ${act}_${table} after ${act} on main.${table} begin insert into written values ('${table}'); end`,
          )
        }
      }
      return () => Number(writer.raw.prepare('select count(*) as count from temp.written').get()?.['count'])
    },
    close: async () => {
      await outbound.close()
      await ledger.close()
    },
  }
}
