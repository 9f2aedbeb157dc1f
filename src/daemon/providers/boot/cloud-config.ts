import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { wireVersion } from '../../../api/assignment.ts'
import type { HostKey } from '../../../core/host-key.ts'
import type { BootPlan } from '../provider.ts'
import { accounts, attemptFolder, bootFolder, kitsFolder } from './droplet-paths.ts'

/** What DigitalOcean takes as user-data, in bytes; it must be plain ASCII, too. */
export const mostUserDataBytes = 64 * 1024

/** What boot plans of one installation share. */
export interface UserDataOptions {
  /** The kit that the agent and the projects come from, by its name. */
  kitSha256: string
  /** Where `<sha256>.tar.gz` lies besides at the daemon, without a slash at the end; undefined: only there, or on the image. */
  kitUrl: string | undefined
  /** The collector's public ssh key, as it stands in its `.pub` file. */
  collectorKey: string
}

/** `refused`: something in the plan or the settings cannot be told to a droplet, and no droplet should be made. */
export type UserData = { kind: 'ready'; text: string } | { kind: 'too-large' | 'refused'; why: string }

const bootScript = new URL('./boot.sh', import.meta.url)
const namePattern = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/
const attemptPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const tokenPattern = /^[A-Za-z0-9_-]{16,200}$/
const keyPattern = /^ssh-ed25519 [A-Za-z0-9+/]{68}/
const addressPattern = /^https?:\/\/[\x21-\x7e]+$/

/**
 * The user-data of a droplet: `#cloud-config`, its body in JSON, which is YAML too. It pins the ssh host key, shuts out passwords, and
 * lays down what `boot.sh` makes an agent of. The attempt's token is the only secret in it beside the host key; both are worth nothing
 * once the attempt is closed. The work itself goes along when it fits; else the agent is given it when it registers.
 */
export function userData(name: string, boot: BootPlan, options: UserDataOptions): UserData {
  const wrong = whatIsWrong(name, boot, options)
  if (wrong !== undefined || boot.hostKey === undefined) return { kind: 'refused', why: wrong ?? 'there is no host key' }
  const assignment = gzipSync(JSON.stringify(boot.assignment), { level: 9 }).toString('base64')
  const whole = textOf(name, boot, boot.hostKey, options, assignment)
  if (whole.length < mostUserDataBytes) return { kind: 'ready', text: whole }
  if (boot.serverUrl === undefined) {
    return {
      kind: 'too-large',
      why:
        `the work of ${boot.assignment.runs.length} runs makes user-data of ${whole.length} bytes, and a droplet takes fewer than ${mostUserDataBytes}: ` +
        'lower policy.batch_runs, or set server.public_url, by which droplets ask for their work',
    }
  }
  const rest = textOf(name, boot, boot.hostKey, options, undefined)
  return rest.length < mostUserDataBytes
    ? { kind: 'ready', text: rest }
    : {
        kind: 'too-large',
        why: `even without the work it has ${rest.length} bytes, and a droplet takes fewer than ${mostUserDataBytes}`,
      }
}

/** What cannot be told to a droplet: it would stand in a shell's settings, a host name or a file of keys. */
function whatIsWrong(name: string, boot: BootPlan, options: UserDataOptions): string | undefined {
  const addresses = [boot.serverUrl, options.kitUrl].filter(address => address !== undefined)
  const wrongAddress = addresses.find(address => !addressPattern.test(address) || address.includes("'"))
  if (!namePattern.test(name)) return `not a name for a droplet: ${JSON.stringify(name)}`
  if (!attemptPattern.test(boot.attemptId)) return `not an attempt: ${JSON.stringify(boot.attemptId)}`
  if (!tokenPattern.test(boot.token)) return 'the token holds letters that it should not'
  if (boot.hostKey === undefined) return 'there is no host key, and without one nobody could tell this droplet from another'
  if (!keyPattern.test(boot.hostKey.publicKey)) return `not an ed25519 host key: ${boot.hostKey.publicKey.slice(0, 60)}`
  if (!keyPattern.test(options.collectorKey)) return `not an ed25519 key of a collector: ${options.collectorKey.slice(0, 60)}`
  if (!/^[0-9a-f]{64}$/.test(options.kitSha256)) return `not the name of a kit: ${options.kitSha256.slice(0, 80)}`
  return wrongAddress === undefined ? undefined : `not an address that a droplet can be told: ${wrongAddress}`
}

function textOf(
  name: string,
  boot: BootPlan,
  hostKey: HostKey,
  options: UserDataOptions,
  assignment: string | undefined,
): string {
  const config = {
    // The host key that was made for this attempt, and no other.
    ssh_deletekeys: true,
    ssh_genkeytypes: ['ed25519'],
    ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: `${hostKey.publicKey} ${name}` },
    ssh: { emit_keys_to_console: false },
    // Keys that the account gives its droplets open root's account, and that of the image's own user; no password opens anything.
    ssh_pwauth: false,
    disable_root: false,
    package_update: false,
    package_upgrade: false,
    write_files: filesOf(name, boot, options, assignment),
    runcmd: [['sh', `${bootFolder}/boot.sh`]],
  }
  return `#cloud-config\n${toAscii(JSON.stringify(config))}\n`
}

function filesOf(name: string, boot: BootPlan, options: UserDataOptions, assignment: string | undefined): object[] {
  const secret = { permissions: '0600', owner: 'root:root' }
  const work = { path: `${attemptFolder}/assignment.json.gz`, ...secret, encoding: 'b64', content: assignment ?? '' }
  return [
    { path: '/etc/ssh/sshd_config.d/10-microfetch.conf', permissions: '0644', owner: 'root:root', content: sshdConfig },
    { path: `${attemptFolder}/boot.json`, ...secret, content: `${toAscii(JSON.stringify(bootOf(name, boot)))}\n` },
    ...(assignment === undefined ? [] : [work]),
    { path: `${bootFolder}/boot.conf`, ...secret, content: bootSettings(name, boot, options) },
    { path: `${bootFolder}/boot.sh`, permissions: '0700', owner: 'root:root', content: readFileSync(bootScript, 'utf8') },
  ]
}

// Read before the rest of sshd's configuration, where the first word on a subject stands.
const sshdConfig = `HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserEnvironment no
`

/** `boot.json`, as the agent reads it. */
function bootOf(name: string, { attemptId, token, serverUrl }: BootPlan): object {
  const { collector, pipeline } = accounts
  return {
    version: wireVersion,
    ...{ attemptId, token, name },
    ...(serverUrl === undefined ? {} : { serverUrl }),
    runAs: { uid: pipeline.uid, gid: pipeline.uid, home: pipeline.home },
    handTo: { gid: collector.uid },
  }
}

/** `boot.conf`, as `boot.sh` reads it. */
function bootSettings(name: string, boot: BootPlan, { kitSha256, kitUrl, collectorKey }: UserDataOptions): string {
  const server = boot.serverUrl?.replace(/\/+$/, '') ?? ''
  const kitUrls = [
    ...(kitUrl === undefined ? [] : [`${kitUrl.replace(/\/+$/, '')}/${kitSha256}.tar.gz`]),
    ...(server === '' ? [] : [`${server}/agent/kit/${kitSha256}`]),
  ]
  const [, bareKey = ''] = /^(ssh-ed25519 [A-Za-z0-9+/=]+)/.exec(collectorKey) ?? []
  const { collector, pipeline } = accounts
  const settings: Record<string, string> = {
    attempt: boot.attemptId,
    name,
    folder: attemptFolder,
    kits: kitsFolder,
    kit_sha256: kitSha256,
    kit_urls: kitUrls.join(' '),
    server_url: server,
    collector_key: bareKey,
    collect_user: collector.name,
    collect_uid: String(collector.uid),
    run_user: pipeline.name,
    run_uid: String(pipeline.uid),
    run_home: pipeline.home,
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key}='${value}'\n`)
    .join('')
}

/** JSON in which every letter beyond ASCII is written by its number. */
function toAscii(json: string): string {
  return json.replace(/[^\n\x20-\x7e]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
