import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleAgent } from './bundle-agent.ts'

/*
 * Makes dist/ for `npm pack`: the sources as JavaScript, because Node refuses TypeScript below node_modules, and the agent as one file.
 * A checkout needs none of this. Types are not looked at again here: `npm run check` has done so.
 */

const folder = fileURLToPath(new URL('..', import.meta.url))
const dist = join(folder, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [join(folder, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
  cwd: folder,
  stdio: ['ignore', 2, 2], // npm pack prints the package's name on stdout, and nothing else may stand there
})
// Scripts that programs hand to machines lie beside the code that knows them.
for (const script of globSync('src/**/*.{sh,py,nft}', { cwd: folder })) cpSync(join(folder, script), join(dist, script))
await bundleAgent(join(dist, 'agent.mjs'))
