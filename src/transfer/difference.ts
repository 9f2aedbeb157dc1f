/** One way in which a folder is not what its manifest says. */
export interface Difference {
  path: string
  what: 'missing' | 'extra' | 'not a regular file' | 'size' | 'sha256' | 'shared with another name'
  /** Expected and found, where that says more. */
  detail: string
}

const mostNamed = 5

/** The first few differences in words; names are quoted, so that none can deceive a terminal. */
export function describeDifferences(differences: readonly Difference[]): string {
  const named = differences.slice(0, mostNamed).map(({ path, what, detail }) => {
    const quoted = JSON.stringify(path)
    return detail === '' ? `${quoted}: ${what}` : `${quoted}: ${what} (${detail})`
  })
  const more = differences.length - named.length
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '')
}
