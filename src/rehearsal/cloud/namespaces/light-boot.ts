import { gunzipSync } from 'node:zlib'
import { type CloudConfig, type ConfigFile, readCloudConfig } from './cloud-config.ts'
import type { DiskFile } from './disk-file.ts'
import { personKeySteps, userSteps } from './light-users.ts'
import { quoteWord } from './quote-word.ts'

const folder = '/usr/local/lib/test-cloud'
const scripts = '/var/lib/cloud/instance/scripts'
const homeOfRoot = '/root'
const outputLog = '/var/log/cloud-init-output.log'

/**
 * Stands in for cloud-init where two seconds of Python a droplet are too many: the shell script that a light droplet runs when it boots, and
 * the files that it needs. Steps and their order are cloud-init's: commands before the boot, files, users, host keys and keys of people, then
 * the ssh daemon, files that wait for users, commands. Throws on user-data that it does not understand.
 */
export function lightBoot(userData: string, sshKeys: readonly string[]): DiskFile[] {
  const isScript = userData.startsWith('#!')
  const config = isScript || userData === '' ? readCloudConfig('#cloud-config\n') : readCloudConfig(userData)
  const files: DiskFile[] = []
  const steps = [
    '#!/bin/sh',
    `mkdir -p ${scripts}`,
    'ended=0',
    ...commandSteps('bootcmd', config.bootcmd, files),
    ...fileSteps(
      config.write_files.filter(({ defer }) => !defer),
      files,
      'now',
    ),
    ...hostNameSteps(config),
    ...config.users.flatMap(user => (user === 'default' ? [] : userSteps(user))),
    ...hostKeySteps(config, files),
    ...personKeySteps([...sshKeys, ...config.ssh_authorized_keys], `${homeOfRoot}/.ssh`, 'root'),
    '/usr/sbin/sshd',
    ...fileSteps(
      config.write_files.filter(({ defer }) => defer),
      files,
      'later',
    ),
    ...commandSteps('runcmd', config.runcmd, files),
    ...(isScript ? scriptSteps(userData, files) : []),
    'read -r up _ </proc/uptime',
    'echo "$up" >/var/lib/cloud/instance/boot-finished',
    `echo "light boot done, exit status of the user's commands: $ended"`,
  ]
  return [...files, { path: `${folder}/boot.sh`, content: `${steps.join('\n')}\n`, mode: 0o700 }]
}

/** A list of commands becomes one script, as with cloud-init; a list of words is one command with its arguments as they are. */
function commandSteps(name: string, commands: readonly (string | string[])[], files: DiskFile[]): string[] {
  if (commands.length === 0) return []
  const lines = commands.map(command => (typeof command === 'string' ? command : command.map(quoteWord).join(' ')))
  files.push({ path: `${folder}/${name}`, content: `#!/bin/sh\n${lines.join('\n')}\n`, mode: 0o700 })
  return [`install -m 700 ${folder}/${name} ${scripts}/${name}`, `${scripts}/${name} >>${outputLog} 2>&1 || ended=$?`]
}

function scriptSteps(script: string, files: DiskFile[]): string[] {
  files.push({ path: `${folder}/part-001`, content: script, mode: 0o700 })
  return [`install -m 700 ${folder}/part-001 ${scripts}/part-001`, `${scripts}/part-001 >>${outputLog} 2>&1 || ended=$?`]
}

function fileSteps(wanted: readonly ConfigFile[], files: DiskFile[], when: string): string[] {
  return wanted.flatMap((file, place) => {
    const source = `${folder}/files/${when}-${place}`
    files.push({ path: source, content: contentOf(file), mode: 0o600 })
    const path = quoteWord(file.path)
    const [owner = 'root', group = owner] = file.owner.split(':')
    if (!file.append) return [`install -D -m ${file.permissions} -o ${owner} -g ${group} ${source} ${path}`]
    return [
      `mkdir -p "$(dirname ${path})" && cat ${source} >>${path}`,
      `chmod ${file.permissions} ${path}`,
      `chown ${owner}:${group} ${path}`,
    ]
  })
}

function contentOf({ content, encoding }: ConfigFile): Uint8Array {
  const isCoded = /b64|base64/.test(encoding)
  const bytes = Buffer.from(content, isCoded ? 'base64' : 'utf8')
  return encoding.startsWith('gz') ? gunzipSync(bytes) : bytes
}

function hostNameSteps({ hostname, fqdn }: CloudConfig): string[] {
  const name = hostname ?? fqdn?.split('.')[0]
  return name === undefined ? [] : [`hostname ${quoteWord(name)}`, `hostname >/etc/hostname`]
}

function hostKeySteps({ ssh_keys: keys }: CloudConfig, files: DiskFile[]): string[] {
  const given = Object.entries(keys)
  if (given.length === 0) return [`ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key`]
  return given.map(([name, key]) => {
    const [kind = '', part] = name.split('_')
    const suffix = { private: '', public: '.pub', certificate: '-cert.pub' }[part ?? ''] ?? ''
    files.push({ path: `${folder}/${name}`, content: key.endsWith('\n') ? key : `${key}\n`, mode: 0o600 })
    return `install -m ${part === 'private' ? '600' : '644'} ${folder}/${name} /etc/ssh/ssh_host_${kind}_key${suffix}`
  })
}
