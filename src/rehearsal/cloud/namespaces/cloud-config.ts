import * as v from 'valibot'

const words = v.union([v.string(), v.array(v.string())])

const user = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_-]*$/)),
  system: v.optional(v.boolean()),
  gecos: v.optional(v.string()),
  shell: v.optional(v.string()),
  homedir: v.optional(v.string()),
  no_create_home: v.optional(v.boolean()),
  no_user_group: v.optional(v.boolean()),
  primary_group: v.optional(v.string()),
  groups: v.optional(words),
  lock_passwd: v.optional(v.boolean()),
  sudo: v.optional(v.union([v.string(), v.array(v.string()), v.boolean()])),
  ssh_authorized_keys: v.optional(v.array(v.string())),
})

const file = v.strictObject({
  path: v.pipe(v.string(), v.startsWith('/')),
  content: v.optional(v.string(), ''),
  encoding: v.optional(
    v.picklist(['text/plain', 'b64', 'base64', 'gz', 'gzip', 'gz+b64', 'gz+base64', 'gzip+b64', 'gzip+base64']),
    'text/plain',
  ),
  permissions: v.optional(v.pipe(v.string(), v.regex(/^0?[0-7]{3,4}$/)), '0644'),
  owner: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9_-]+(:[a-z0-9_-]+)?$/)), 'root:root'),
  append: v.optional(v.boolean(), false),
  defer: v.optional(v.boolean(), false),
})

const keyKinds = ['rsa', 'dsa', 'ecdsa', 'ed25519'].flatMap(kind => [`${kind}_private`, `${kind}_public`, `${kind}_certificate`])

const cloudConfigSchema = v.strictObject({
  hostname: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9.-]+$/))),
  fqdn: v.optional(v.string()),
  users: v.optional(v.array(v.lazy(input => (typeof input === 'string' ? v.literal('default') : user))), []),
  ssh_keys: v.optional(v.record(v.picklist(keyKinds), v.string()), {}),
  ssh_authorized_keys: v.optional(v.array(v.string()), []),
  write_files: v.optional(v.array(file), []),
  bootcmd: v.optional(v.array(words), []),
  runcmd: v.optional(v.array(words), []),
  // Words about things that a light droplet has not got, or has so already.
  disable_root: v.optional(v.literal(false)),
  ssh_pwauth: v.optional(v.literal(false)),
  ssh_deletekeys: v.optional(v.boolean()),
  ssh_genkeytypes: v.optional(v.array(v.string())),
  ssh_quiet_keygen: v.optional(v.boolean()),
  no_ssh_fingerprints: v.optional(v.boolean()),
  ssh: v.optional(v.strictObject({ emit_keys_to_console: v.boolean() })),
  preserve_hostname: v.optional(v.literal(false)),
  manage_etc_hosts: v.optional(v.literal(false)),
  package_update: v.optional(v.literal(false)),
  package_upgrade: v.optional(v.literal(false)),
  package_reboot_if_required: v.optional(v.literal(false)),
  apt: v.optional(v.strictObject({ preserve_sources_list: v.literal(true) })),
  final_message: v.optional(v.string()),
  growpart: v.optional(v.unknown()),
  resize_rootfs: v.optional(v.unknown()),
  output: v.optional(v.unknown()),
  timezone: v.optional(v.string()),
  locale: v.optional(v.string()),
})

/** What a light droplet understands of `#cloud-config`. */
export type CloudConfig = v.InferOutput<typeof cloudConfigSchema>

/** A file that a light droplet writes when it boots. */
export type ConfigFile = v.InferOutput<typeof file>

/** Somebody who can log in to a light droplet. */
export type ConfigUser = v.InferOutput<typeof user>

const firstLine = '#cloud-config'

/**
 * Reads `#cloud-config` whose body is JSON, which is YAML too. Throws on any other YAML and on a word that a light droplet does not know:
 * real cloud-init would follow it, and a droplet that is silently another one proves nothing.
 */
export function readCloudConfig(userData: string): CloudConfig {
  const end = userData.indexOf('\n')
  const body = end < 0 || userData.slice(0, end).trim() !== firstLine ? undefined : userData.slice(end + 1)
  if (body === undefined)
    throw new Error(`a light droplet understands ${firstLine} with JSON below it, and scripts that begin with #!`)
  const read = v.safeParse(cloudConfigSchema, asJson(body))
  if (read.success) return read.output
  const faults = read.issues.map(issue => `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`)
  throw new Error(`a light droplet does not understand this cloud-config: ${faults.join('; ')}`)
}

function asJson(body: string): unknown {
  if (body.trim() === '') return {}
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new Error('a light droplet reads cloud-config that is written as JSON; other YAML needs real cloud-init', {
      cause: error,
    })
  }
}
