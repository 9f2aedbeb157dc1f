import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A host key as OpenSSH writes it; the stand-in does not look at it. */
export const someHostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`

/** The start of every stand-in: takes what ssh is told apart, and leaves the host in `$host` and the command in `$*`. */
const takeApart = `#!/bin/sh
while :; do case "$1" in -l|-p|-F) shift 2;; -*) shift;; *) break;; esac; done
host=$1; shift
`

/**
 * Writes a program that rsync may start in the place of ssh: it does the command on this computer, in the folder of the machine that the
 * host name stands for. `machines` has a folder for each; a host without one cannot be reached.
 */
export async function writeStandIn(folder: string, machines: string): Promise<string> {
  return writeHostile(
    folder,
    'remote-shell',
    `cd '${machines}'/"$host" 2>/dev/null || { echo "ssh: connect to host $host port 22: No route to host" >&2; exit 255; }
exec sh -c "$*"
`,
  )
}

/** Writes a stand-in that does what the script says: \`$host\` is who was asked, \`$*\` what for. */
export async function writeHostile(folder: string, name: string, script: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, name)
  await writeFile(path, takeApart + script, { mode: 0o755 })
  return path
}
