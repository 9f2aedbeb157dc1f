/** Words that say nothing of what is inside; no file and no folder of ours is called so. */
export const emptyWords: readonly string[] = [
  'manager',
  'helper',
  'helpers',
  'util',
  'utils',
  'utilities',
  'common',
  'misc',
  'data',
  'info',
  'item',
  'items',
  'job',
  'jobs',
  'entity',
  'entities',
  'service',
  'services',
  'index',
  'types',
  'lib',
  'stuff',
]

/** Files and folders that are not named as the style asks, a line each. */
export function nameFaults(paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    if (!path.endsWith('.ts')) return []
    const parts = path.replace(/(\.test)?\.ts$/, '').split('/')
    return parts.flatMap(part => {
      const faults: string[] = []
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) faults.push(`${path}: "${part}" is not kebab-case`)
      const empty = part.split('-').find(word => emptyWords.includes(word))
      if (empty !== undefined) faults.push(`${path}: "${empty}" says nothing of what is inside`)
      return faults
    })
  })
}
