import { describeError, Problem } from '../../core/problem.ts'
import { fetchText } from '../fetch/fetch-json.ts'
import type { Network } from '../settings/network.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'

/** More than this between our clock and the archive's, and checks would miss runs at their edges. */
const mostSkewSeconds = 300

/** A taxon that will not go away: Escherichia coli. */
const knownTaxon = 562

/** What holds the read files when no other host is set. */
const archiveFiles = 'https://ftp.sra.ebi.ac.uk'

/** The archive with its columns, the clocks, its taxonomy, and the hosts of the read files. */
export const checkArchive: Check = async patient => {
  const { config, source, outbound, now } = patient
  const { ena, network } = config
  const hosts = [ena.filesUrl ?? archiveFiles, ...ena.mirrorUrls]
  const parts = [
    guarded('ENA', ena.portalUrl, network, async () => {
      await source.checkFields()
      return well('ENA', `${ena.portalUrl} answers and has every column that is needed`)
    }),
    guarded('clock', ena.portalUrl, network, async () => {
      const { at } = await fetchText(outbound, { url: `${ena.portalUrl}/returnFields`, query: { result: 'read_run' } })
      return clock(at, now)
    }),
    guarded('taxonomy', ena.taxonomyUrl, network, async () => {
      const found = await source.taxonOf(knownTaxon)
      if (found.kind === 'found') return well('taxonomy', `${ena.taxonomyUrl} knows ${knownTaxon} as ${found.scientificName}`)
      return warning(
        'taxonomy',
        `${ena.taxonomyUrl} answers, but says that taxon ${knownTaxon} is ${found.kind}`,
        'look at ena.taxonomy_url',
      )
    }),
    ...hosts.map(host =>
      guarded(`read files at ${host}`, host, network, async () => {
        const answer = await outbound.send({ url: `${host}/`, method: 'HEAD', expected: anyAnswer })
        answer.drop()
        return well(`read files at ${host}`, 'the host answers')
      }),
    ),
  ]
  return Promise.all(parts)
}

// Whether there is anything at the root of a file host says nothing; that it answers does.
const anyAnswer = [200, 204, 301, 302, 303, 307, 308, 403, 404, 405]

async function guarded(check: string, url: string, network: Network, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look()
  } catch (error) {
    const isOurs = error instanceof Problem && error.code === 'broken-answer'
    const cure = isOurs
      ? 'the archive changed, or the address is not an archive: look at the settings of [ena]'
      : `look at ${url} from here${routeHint(network)}`
    return failed(check, describeError(error), cure)
  }
}

function routeHint({ httpProxy, httpsProxy, caFile }: Network): string {
  if (httpProxy === undefined && httpsProxy === undefined) return '; does this network want a proxy ([network] https_proxy)?'
  return caFile === undefined
    ? '; is the proxy right, and does it want an own CA bundle ([network] ca_file)?'
    : '; are proxy and CA bundle right?'
}

/** Compares our clock with the `Date` of an answer. */
export function clock(at: Date | undefined, now: Date): Finding {
  if (at === undefined)
    return warning('clock', 'the archive does not say its time', 'look whether a proxy stands between that takes it away')
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000)
  const says = `this machine is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the archive`
  if (Math.abs(seconds) <= mostSkewSeconds) return well('clock', says)
  return failed('clock', says, 'set the clock of this machine (NTP)')
}

/** Which way outgoing calls take. */
export const checkRoute: Check = async ({ config }) => {
  const { httpProxy, httpsProxy, noProxy, caFile } = config.network
  const proxies = [httpProxy && 'http', httpsProxy && 'https'].filter(Boolean).join(' and ')
  const way =
    proxies === '' ? 'directly, without a proxy' : `${proxies} by a proxy${noProxy === undefined ? '' : `, except ${noProxy}`}`
  return [well('network', `calls go out ${way}${caFile === undefined ? '' : `; certificates of ${caFile} are trusted too`}`)]
}
