/** What a droplet says of itself by its tags. Tags keep the spelling in which the account first saw them, so case says nothing. */
export interface DropletMarks {
  /** It carries the tag that all droplets of microfetch carry. */
  isMicrofetch: boolean
  /** The installation that made it. */
  installationId: string | undefined
  attemptId: string | undefined
  /** No longer than this should it live. */
  expiresAt: Date | undefined
  /** A person asked that it be left alone. */
  keep: boolean
}

/** Every droplet of microfetch carries it, whichever installation made it. */
export const commonTag = 'mf'
const keepTag = 'mf-keep'
const installationPrefix = 'mf-env-'
const attemptPrefix = 'mf-attempt:'
const expiryPrefix = 'mf-exp:'

const namePattern = /^mf-(?:[a-z0-9-]{0,59}[a-z0-9])$/
const idPattern = /^[A-Za-z0-9-]{1,64}$/

/** Whether a name is one that we give to droplets; nothing else is ever listed as ours or destroyed. */
export function isDropletName(name: string): boolean {
  return namePattern.test(name)
}

/** Whether an id of ours can stand in a tag: letters, digits and hyphens. */
export function isTagId(id: string): boolean {
  return idPattern.test(id)
}

/** The tag of one installation: all its droplets are listed by it in one call. */
export function installationTag(installationId: string): string {
  return `${installationPrefix}${installationId}`
}

/** The tags of a new droplet; they are given in the create call itself, so that none is ever without. */
export function tagsOf(installationId: string, attemptId: string, expiresAt: Date): string[] {
  const expiry = `${expiryPrefix}${Math.floor(expiresAt.getTime() / 1000)}`
  return [commonTag, installationTag(installationId), `${attemptPrefix}${attemptId}`, expiry]
}

/** Reads them back. */
export function readMarks(tags: readonly string[]): DropletMarks {
  const expiry = afterPrefix(tags, expiryPrefix)
  return {
    isMicrofetch: has(tags, commonTag),
    installationId: afterPrefix(tags, installationPrefix),
    attemptId: afterPrefix(tags, attemptPrefix),
    expiresAt: expiry !== undefined && /^\d{1,11}$/.test(expiry) ? new Date(Number(expiry) * 1000) : undefined,
    keep: has(tags, keepTag),
  }
}

function has(tags: readonly string[], tag: string): boolean {
  return tags.some(one => one.toLowerCase() === tag)
}

function afterPrefix(tags: readonly string[], prefix: string): string | undefined {
  const found = tags.find(tag => tag.toLowerCase().startsWith(prefix) && tag.length > prefix.length)
  return found?.slice(prefix.length)
}
