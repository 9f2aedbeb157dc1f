import { createHash } from 'node:crypto'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The agent as one file that Node 18 can run. */
export interface AgentBundle {
  path: string
  /** Of the file's contents. */
  sha256: string
}

type Bundler = { bundleAgent: (outFile: string) => Promise<string> }

// An installed package carries JavaScript and the agent's file beside it; a checkout runs its TypeScript and makes the file.
const isCheckout = import.meta.url.endsWith('.ts')
const shippedFile = new URL('../../../agent.mjs', import.meta.url)
// Not a literal import: the package has neither this file nor esbuild.
const bundlerFile = new URL('../../../tooling/bundle-agent.ts', import.meta.url).href

let bundled: Promise<AgentBundle> | undefined

/**
 * The agent to put on machines. In a checkout it is bundled once in a program's life, under a name that holds its hash, so that a
 * machine that is being made never sees it change; in an installed package it is `dist/agent.mjs`. Rejects when neither can be had.
 */
export function agentBundle(cacheFolder = defaultCacheFolder()): Promise<AgentBundle> {
  bundled ??= isCheckout ? bundleInto(cacheFolder) : readShipped()
  // A failure is not kept: the next call tries again.
  bundled.catch(() => (bundled = undefined))
  return bundled
}

function defaultCacheFolder(): string {
  // One for each user: in a shared folder for passing files another user's file could stand under our name.
  return join(tmpdir(), `microfetch-agent-${userInfo().uid}`)
}

async function bundleInto(cacheFolder: string): Promise<AgentBundle> {
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  const { bundleAgent } = (await import(bundlerFile)) as Bundler
  const fresh = join(cacheFolder, `fresh-${process.pid}.mjs`)
  const sha256 = await bundleAgent(fresh)
  const path = join(cacheFolder, `agent-${sha256.slice(0, 16)}.mjs`)
  await rename(fresh, path)
  return { path, sha256 }
}

async function readShipped(): Promise<AgentBundle> {
  const path = fileURLToPath(shippedFile)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { path, sha256 }
}
