import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { standingFacts } from '../ledger/standing-facts.ts'
import { findOnPath } from '../settings/nextflow-command.ts'
import { existingAbove } from './existing-above.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'
import { isAtLeast, runTool, versionIn } from './run-tool.ts'

/** Host keys of each attempt are pinned by options that came with it. */
const leastSsh = '8.0'

/** How results come home from other hosts: ssh, its keys, the remote collector, the library's quota. Nothing of it where machines are local. */
export const checkCollecting: Check = async ({ config, now }) => {
  const quota = checkQuota(config)
  if (config.provider === 'local' && config.collector.name === 'embedded') return quota
  const ssh = config.collector.name === 'embedded' ? [await sshVersion(config.path), ...keyFiles(config)] : [heard(config, now)]
  return [...ssh, ...quota]
}

async function sshVersion(path: string): Promise<Finding> {
  const program = findOnPath('ssh', path)
  const said = program === undefined ? undefined : await runTool(program, ['-V'])
  const version = said === undefined ? undefined : versionIn(said)
  const cure = `install OpenSSH ${leastSsh} or newer (Debian: apt-get install openssh-client)`
  if (version === undefined) return failed('ssh', 'there is no ssh on PATH', cure)
  return isAtLeast(version, leastSsh) ? well('ssh', version) : failed('ssh', `${version} is too old`, cure)
}

/** Private keys that others can read are refused by ssh; better to know before the first droplet. */
function keyFiles({ collector, home }: Config): Finding[] {
  const named = collector.identityFile
  if (named !== undefined && !existsSync(named))
    return [
      failed('ssh key', `collector.identity_file is not there: ${named}`, 'make it: ssh-keygen -t ed25519, without a passphrase'),
    ]
  const own = existsSync(home.sshDir) ? readdirSync(home.sshDir).map(name => join(home.sshDir, name)) : []
  const keys = [...(named === undefined ? [] : [named]), ...own.filter(file => !file.endsWith('.pub') && statSync(file).isFile())]
  if (keys.length === 0) return [well('ssh key', `the daemon makes its own in ${home.sshDir} when it begins`)]
  return keys.map(file => {
    const mode = statSync(file).mode & 0o777
    if ((mode & 0o077) === 0) return well('ssh key', `${file} can be read by its owner alone`)
    return failed('ssh key', `${file} has mode ${mode.toString(8)}: others can read it, and ssh refuses it`, `chmod 600 ${file}`)
  })
}

/** Whether the collector on another host was heard. */
function heard({ collector, home }: Config, now: Date): Finding {
  const check = 'collector'
  const begin = 'start microfetch collect on the storage host'
  if (collector.tokenHash === undefined)
    return failed(
      check,
      'collector.name is remote, and no collector would be let in',
      'set collector.token_hash, as the guide says',
    )
  const known = existsSync(home.ledgerFile) ? standingFacts(home.ledgerFile).collectors : []
  const [last] = known.toSorted((a, b) => b.heardAt.getTime() - a.heardAt.getTime())
  if (last === undefined) return warning(check, 'no collector was ever heard', begin)
  const seconds = Math.round((now.getTime() - last.heardAt.getTime()) / 1000)
  const says = `${last.name} (${last.version}) was heard ${seconds} s ago; its library can take ${(last.freeBytes / 1e9).toFixed(1)} GB`
  if (seconds <= collector.silentSeconds) return well(check, says)
  return failed(
    check,
    `${says}; while it is silent nothing is created`,
    'look at it on the storage host (its log, its timer, its network)',
  )
}

function checkQuota({ collector, home }: Config): Finding[] {
  const { quotaBytes } = collector
  if (quotaBytes === undefined) return []
  const { blocks, bsize } = statfsSync(existingAbove(home.libraryDir))
  const disk = blocks * bsize
  const says = `the library may hold ${(quotaBytes / 1e9).toFixed(0)} GB`
  if (quotaBytes <= disk) return [well('quota', says)]
  return [
    warning(
      'quota',
      `${says}, and its whole disk has ${(disk / 1e9).toFixed(0)} GB`,
      'lower collector.quota_gb, or move the library',
    ),
  ]
}
