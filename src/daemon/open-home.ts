import { existsSync } from 'node:fs'
import type { Clock } from '../core/clock.ts'
import { noEffectPoint } from '../core/effect-point.ts'
import type { Log } from '../core/log.ts'
import { Problem } from '../core/problem.ts'
import type { Config } from './config.ts'
import { lockHolder, takeDaemonLock, type DaemonLock, type LockHolder } from './daemon-lock.ts'
import type { Deps } from './deps.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { makeDeps } from './make-deps.ts'

/** A home with all that a patrol needs, and no loop and no door. */
export interface OpenHome {
  deps: Deps
  /** The daemon that works here; undefined when none does, and then this program holds its lock. */
  heldBy: LockHolder | 'somebody' | undefined
  close(): Promise<void>
}

/** Who opens it. */
export interface HomeOptions {
  /** Of this microfetch. */
  version: string
  /** The command a person gave, for whoever finds the lock taken. */
  command: string
  clock: Clock
  log: Log
}

/**
 * Opens ledger and provider of a home, and keeps daemons out meanwhile, unless one works there already. Throws `not-found` where there
 * is no ledger.
 */
export async function openHome(config: Config, { version, command, clock, log }: HomeOptions): Promise<OpenHome> {
  const { ledgerFile, lockFile, path } = config.home
  if (!existsSync(ledgerFile)) {
    throw new Problem('not-found', `there is no ledger in ${path}; to look without one: microfetch sweep --provider-only`)
  }
  const { lock, heldBy } = takeLock(lockFile, { command, since: clock().toISOString() })
  const effect = noEffectPoint
  const ledger = await openLedger(ledgerFile, effect).catch((error: unknown) => {
    lock?.release()
    throw error
  })
  const closeLedger = async (): Promise<void> => {
    await ledger.close()
    lock?.release()
  }
  try {
    const { deps, close } = await makeDeps({ config, ledger, clock, effect, log, version, serverUrl: undefined })
    return {
      deps,
      heldBy,
      close: async () => {
        await close()
        await closeLedger()
      },
    }
  } catch (error) {
    await closeLedger()
    throw error
  }
}

function takeLock(
  lockFile: string,
  holder: Pick<LockHolder, 'command' | 'since'>,
): { lock: DaemonLock | undefined; heldBy: LockHolder | 'somebody' | undefined } {
  try {
    return { lock: takeDaemonLock(lockFile, holder), heldBy: undefined }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-allowed') throw error
    return { lock: undefined, heldBy: lockHolder(lockFile) ?? 'somebody' }
  }
}
