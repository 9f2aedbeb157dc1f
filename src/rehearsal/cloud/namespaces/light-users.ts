import type { ConfigUser } from './cloud-config.ts'
import { quoteWord } from './quote-word.ts'

/** Lines of shell that make a user as cloud-init does: locked, so that only keys let him in. */
export function userSteps(user: ConfigUser): string[] {
  const sudoers = typeof user.sudo === 'string' ? [user.sudo] : Array.isArray(user.sudo) ? user.sudo : []
  return [
    `useradd ${[...kindFlags(user), ...wordFlags(user), user.name].join(' ')}`,
    ...sudoers.map(rule => `echo ${quoteWord(`${user.name} ${rule}`)} >>/etc/sudoers.d/90-cloud-init-users`),
    ...(user.ssh_authorized_keys === undefined ? [] : keySteps(user.name, user.ssh_authorized_keys)),
  ]
}

function kindFlags(user: ConfigUser): string[] {
  const homeless = user.no_create_home === true || user.system === true
  const ownGroup = user.no_user_group === true ? ['--no-user-group'] : user.primary_group === undefined ? ['--user-group'] : []
  return [...(user.system === true ? ['--system'] : []), homeless ? '--no-create-home' : '--create-home', ...ownGroup]
}

function wordFlags(user: ConfigUser): string[] {
  const groups = typeof user.groups === 'string' ? user.groups : user.groups?.join(',')
  const named: [flag: string, value: string | undefined][] = [
    ['--gid', user.primary_group],
    ['--groups', groups?.replaceAll(' ', '')],
    ['--home-dir', user.homedir],
    ['--shell', user.shell],
    ['--comment', user.gecos],
  ]
  return named.flatMap(([flag, value]) => (value === undefined ? [] : [flag, quoteWord(value)]))
}

function keySteps(name: string, keys: readonly string[]): string[] {
  return [
    `home=$(getent passwd ${name} | cut -d: -f6)`,
    // Whoever has keys has a folder for them, with or without a home that was made for him.
    `[ -d "$home" ] || install -d -m 755 -o ${name} "$home"`,
    ...personKeySteps(keys, '$home/.ssh', name),
  ]
}

/** Lines of shell that let these keys in: `place` is the folder for them, in words that the shell fills in. */
export function personKeySteps(keys: readonly string[], place: string, owner: string): string[] {
  const lines = keys.map(key => quoteWord(key.trim())).join(' ')
  return [
    `install -d -m 700 -o ${owner} "${place}"`,
    `printf '%s\\n' ${lines} >"${place}/authorized_keys"`,
    `chmod 600 "${place}/authorized_keys" && chown ${owner} "${place}/authorized_keys"`,
  ]
}
