import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const entry = fileURLToPath(new URL('../src/agent/main.ts', import.meta.url))

/** Bundles the agent into one file that needs nothing but Node 18, whole or not at all; gives the file's SHA-256. */
export async function bundleAgent(outFile: string): Promise<string> {
  const contents = await bundleForNode18([entry])
  await mkdir(dirname(outFile), { recursive: true })
  const temporary = `${outFile}.${process.pid}.tmp`
  try {
    const handle = await open(temporary, 'w', 0o644)
    try {
      await handle.writeFile(contents)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, outFile)
  } finally {
    await rm(temporary, { force: true })
  }
  return createHash('sha256').update(contents).digest('hex')
}

/** The text of one module with all that it imports, in the syntax of Node 18. */
export async function bundleForNode18(entryPoints: [string]): Promise<Uint8Array> {
  const result = await build({
    entryPoints,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'eof',
    logLevel: 'silent', // what is wrong is thrown
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return file.contents
}
