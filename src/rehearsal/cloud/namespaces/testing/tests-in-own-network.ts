import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ownEnvironment } from '../config.ts'
import { startInOwnNetwork } from '../own-network.ts'
import { isInsideOwnNetwork } from '../own-place.ts'
import { whyNoNamespaces } from '../why-no-namespaces.ts'
import type { InnerEnd } from './run-inside.ts'

/**
 * Defines the tests of a file that need a network of their own. The file is run once more inside such a network, and each of its tests is told
 * here as it ended there. Where droplets of namespaces cannot be had, one test says what is missing and is not counted as passed.
 */
export function testsInOwnNetwork(
  fileUrl: string,
  title: string,
  needs: { cloudInit: 'real' | 'light' },
  define: () => void,
): void {
  if (isInsideOwnNetwork()) define()
  else test(title, { skip: whyNoNamespaces(needs) ?? false }, outer => runInside(fileURLToPath(fileUrl), outer))
}

async function runInside(file: string, outer: TestContext): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-inside-'))
  const ends = join(folder, 'ends.jsonl')
  try {
    const runner = fileURLToPath(new URL('./run-inside.ts', import.meta.url))
    // The inner tests are a run of their own, not a part of this one.
    const env = { ...ownEnvironment(), NODE_TEST_CONTEXT: undefined }
    const network = startInOwnNetwork([process.execPath, runner, file, ends], { env, stdio: 'pipe' })
    network.stdin?.end()
    network.stdout?.resume()
    const errors = network.stderr === null ? Promise.resolve('') : text(network.stderr)
    const code = await network.ended
    const told = existsSync(ends) ? readFileSync(ends, 'utf8').trim().split('\n') : []
    for (const line of told) await tell(outer, JSON.parse(line) as InnerEnd)
    assert.ok(told.length > 0, `no test ran inside: ended with ${code}: ${await errors}`)
    assert.equal(code, told.some(line => (JSON.parse(line) as InnerEnd).outcome === 'failed') ? code : 0, await errors)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function tell(outer: TestContext, { name, outcome, why, milliseconds }: InnerEnd): Promise<void> {
  await outer.test(name, inner => {
    inner.diagnostic(`${Math.round(milliseconds)} ms inside`)
    if (outcome === 'skipped') inner.skip(why)
    if (outcome === 'failed') assert.fail(why)
  })
}
