import type { SourceText } from './check-imports.ts'

/** Hosts that texts of the project may name: the archives, what users install from, standards, and hosts that cannot exist. */
const knownHosts: readonly RegExp[] = [
  /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/,
  /(^|\.)(example|invalid|test|localhost)(\.(org|com|net))?$/,
  /(^|\.)(ebi\.ac\.uk|nih\.gov|nig\.ac\.jp|insdc\.org)$/,
  /(^|\.)digitalocean\.com$/,
  /^(nodejs\.org|www\.nextflow\.io|nextflow\.io|json-schema\.org|spdx\.org|choosealicense\.com|maven\.apache\.org|www\.w3\.org)$/,
  /^(github\.com|multiqc\.info|quay\.io|toml\.io|www\.contributor-covenant\.org|keepachangelog\.com|semver\.org)$/,
]

/** Addresses of hosts that the project has no business naming, and paths of the machine it happens to lie on, a line each. */
export function placeFaults(files: readonly SourceText[], machinePaths: readonly string[]): string[] {
  return files.flatMap(({ path, text }) => {
    const hosts = [...text.matchAll(/https?:\/\/(?:[^\s@/"'`]*@)?(\[[0-9a-f:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)/gi)].map(
      match => match[1] ?? '',
    )
    const strange = hosts.filter(host => host.includes('.') && !knownHosts.some(known => known.test(host.toLowerCase())))
    const places = machinePaths.filter(place => text.includes(place))
    return [
      ...[...new Set(strange)].map(host => `${path}: names the host ${host}`),
      ...places.map(place => `${path}: names ${place}, a place of this machine`),
    ]
  })
}
