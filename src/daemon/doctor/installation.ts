import { existsSync } from 'node:fs'
import { describeError } from '../../core/problem.ts'
import { lockHolder } from '../daemon-lock.ts'
import { inspectLedgerFile, knownSchema } from '../ledger/ledger-file.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'

/** The ledger as a file: whole, of a schema we know, and not in the middle of a restore. */
export const checkLedger: Check = async ({ config }) => {
  const { ledgerFile } = config.home
  if (!existsSync(ledgerFile)) return [warning('ledger', 'there is none yet', 'microfetch add makes it')]
  try {
    const { schema, taxa, runs, adopting } = inspectLedgerFile(ledgerFile)
    const older =
      schema < knownSchema ? `; its schema ${schema} is brought to ${knownSchema} by the next command, after a copy` : ''
    const findings: Finding[] = [
      well('ledger', `it is whole: ${counted(taxa, 'taxon', 'taxa')}, ${counted(runs, 'run', 'runs')}${older}`),
    ]
    if (adopting)
      findings.push(
        warning(
          'restore',
          'the ledger was restored and has not adopted everything yet',
          'let microfetch up work; see microfetch attention',
        ),
      )
    return findings
  } catch (error) {
    return [
      failed('ledger', describeError(error), 'microfetch restore <backup> brings an older one back; the present one is kept'),
    ]
  }
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Whether a daemon works here. */
export const checkDaemon: Check = async ({ config }) => {
  if (!existsSync(config.home.lockFile)) return [warning('daemon', 'it does not run', 'microfetch up starts it')]
  const holder = lockHolder(config.home.lockFile)
  if (holder === undefined) return [warning('daemon', 'it does not run', 'microfetch up starts it')]
  if (holder === 'somebody') return [well('daemon', 'it runs')]
  return [well('daemon', `"${holder.command}" runs as pid ${holder.pid} on ${holder.host} since ${holder.since}`)]
}
