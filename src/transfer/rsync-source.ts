import { isAbsolute } from 'node:path'
import { Problem } from '../core/problem.ts'
import { asRemoteShell, requireAddress, sshWords, type SshSettings, type SshTarget } from './ssh-command.ts'

/** A folder as rsync is told of it, with the flags that this kind of place needs. */
export interface RsyncSource {
  argument: string
  flags: string[]
}

/** A folder on this computer. A link in it could lead to any file of ours, so none is followed: it is passed over, and counts as missing. */
export function rsyncSource(folder: string): RsyncSource {
  if (!isAbsolute(folder))
    throw new Problem('bad-input', `the folder of a local machine must be absolute, and this is not: ${JSON.stringify(folder)}`)
  return { argument: `${folder}/`, flags: ['--no-links'] }
}

/**
 * What becomes of links on a machine behind ssh. `copied`: what they lead to is copied, for they can only lead to files of that machine; a
 * link that is sent all the same is not made here. `told`: they are listed as links.
 */
export type LinksThere = 'copied' | 'told'

/** A folder on a machine behind ssh, named below the only folder that its door opens. The words of the command travel in the open, so that the door can read them. */
export function sshSource(
  settings: SshSettings,
  target: SshTarget,
  place: { address: string; folder: string; links: LinksThere },
): RsyncSource {
  const host = requireAddress(place.address)
  const shell = asRemoteShell(sshWords(settings, target))
  return {
    argument: `${settings.user}@${host.includes(':') ? `[${host}]` : host}:${place.folder}/`,
    flags: [
      ...(place.links === 'told' ? ['--links'] : ['--no-links', '--remote-option=--copy-links']),
      '--no-protect-args',
      `--rsh=${shell}`,
    ],
  }
}
