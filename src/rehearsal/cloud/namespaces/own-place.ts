import { existsSync, mkdirSync, readFileSync } from 'node:fs'

/** Where everything of the test cloud lies inside a network of its own: in memory, gone with the network. */
export const ownPlace = '/run/microfetch-cloud'

const groupsFile = `${ownPlace}/control-groups`

/** Whether this program runs inside a network of its own. */
export function isInsideOwnNetwork(): boolean {
  return existsSync(groupsFile)
}

/** The control groups that whoever made this network gives to the cloud in it. Throws outside such a network. */
export function groupsOfCloud(): string[] {
  if (!isInsideOwnNetwork())
    throw new Error('droplets of namespaces live only inside a network of their own: runInOwnNetwork makes one')
  return readFileSync(groupsFile, 'utf8')
    .split('\n')
    .filter(folder => folder !== '')
}

/** A folder of the own place, made if it is not there. */
export function placeFor(name: string): string {
  const folder = `${ownPlace}/${name}`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
