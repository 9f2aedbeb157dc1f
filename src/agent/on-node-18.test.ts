import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleForNode18 } from '../../tooling/bundle-agent.ts'
import { agentProgram } from './testing/agent-programs.ts'
import { newFolder } from './testing/new-folder.ts'

// Those start the bundled agent itself, under both; this one does the same for the agent's parts.
const wholeAgents = ['whole-batch', 'daemon-away', 'endings', 'handing-over', 'stand-in', 'door', 'on-node-18'].map(
  name => `${name}.test.ts`,
)
const folder = fileURLToPath(new URL('.', import.meta.url))

test('every other test of the agent passes on Node 18', { timeout: 60_000 }, async () => {
  const { node } = await agentProgram('Node 18')
  const names = readdirSync(folder).filter(name => name.endsWith('.test.ts') && !wholeAgents.includes(name))
  assert.ok(names.length >= 10)
  const bundles = newFolder()
  for (const name of names) writeFileSync(join(bundles, name.replace('.ts', '.mjs')), await bundleForNode18([join(folder, name)]))
  // The runner of these tests tells those it starts so; a suite of its own must not know.
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  const ran = await promisify(execFile)(node, ['--test', bundles], { env: environment, maxBuffer: 10_000_000 }).catch(
    (error: unknown) => error as { stdout: string },
  )
  const count = (word: string): number => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(ran.stdout)?.[1])
  assert.equal(count('fail'), 0, ran.stdout)
  assert.ok(count('pass') > names.length, ran.stdout)
})
