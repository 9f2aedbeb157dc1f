import assert from 'node:assert/strict'
import type { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'

/** Two executions of Nextflow take a minute; only a machine that is far too busy comes near this. */
const patienceMs = 600_000

/** Rounds until nothing is left to do. */
export async function settle(at: InstallationUnderTest): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs)
  const left = await at.daemon.runUntilIdle(signal)
  assert.equal(signal.aborted, false, `it does not come to an end: ${JSON.stringify(left)}`)
}
