/** How every outgoing call leaves this machine. Undefined where nobody set it. */
export interface Network {
  httpProxy: string | undefined
  httpsProxy: string | undefined
  noProxy: string | undefined
  /** An own CA bundle (PEM), trusted besides the usual ones; absolute. */
  caFile: string | undefined
  /** What stands in it. */
  caPem: string | undefined
  connectSeconds: number
}

/** The variables by which the programs of a pipeline (aria2, curl, Nextflow, Node) learn of proxies and of an own CA bundle. */
export function networkVariables(network: Network): Record<string, string> {
  const variables: Record<string, string | undefined> = {
    http_proxy: network.httpProxy,
    https_proxy: network.httpsProxy,
    no_proxy: network.noProxy,
    HTTP_PROXY: network.httpProxy,
    HTTPS_PROXY: network.httpsProxy,
    NO_PROXY: network.noProxy,
    MICROFETCH_CA_FILE: network.caFile,
    CURL_CA_BUNDLE: network.caFile,
    SSL_CERT_FILE: network.caFile,
    NODE_EXTRA_CA_CERTS: network.caFile,
  }
  return Object.fromEntries(Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** For settings that nobody set: the variables of the environment that say the same to other programs, in order. */
export const usualVariables: Readonly<Record<string, readonly string[]>> = {
  'network.http_proxy': ['http_proxy', 'HTTP_PROXY'],
  'network.https_proxy': ['https_proxy', 'HTTPS_PROXY'],
  'network.no_proxy': ['no_proxy', 'NO_PROXY'],
  'network.ca_file': ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'],
}
