import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate for `127.0.0.1` and `localhost`, signed by an authority that nobody else knows. All in PEM. */
export interface OwnCertificates {
  authority: string
  certificate: string
  key: string
}

/** Makes them with openssl; undefined where there is none. */
export function makeOwnCertificates(): OwnCertificates | undefined {
  if (spawnSync('openssl', ['version']).status !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-certificates-'))
  const openssl = (...words: string[]) => {
    const done = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`openssl ${words.join(' ')}: ${done.stderr}`)
  }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    const authority = ['-subj', '/CN=our own authority', '-addext', 'basicConstraints=critical,CA:TRUE']
    openssl('req', '-x509', ...curve, '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem', ...authority)
    openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
    writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
    openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem')
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { authority: read('ca.pem'), certificate: read('server.pem'), key: read('server.key') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
