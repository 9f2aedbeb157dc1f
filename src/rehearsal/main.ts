import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readArguments, usage } from './arguments.ts'
import { openArchive } from './open-archive.ts'
import { readScenario } from './read-scenario.ts'

/** Reads the command line, serves until told to end, and says where it listens on one line. */
async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2))
  if (given.asksForHelp) return void process.stdout.write(usage)
  const input = watchInput()
  const scenario = await readScenario(given.scenario, () => input.firstLine)
  if (given.seed !== undefined) scenario.seed = given.seed
  scenario.readsFolders = [...(scenario.readsFolders ?? []), ...given.readsFolders]
  const ownCache = given.cacheDir === undefined ? mkdtempSync(join(tmpdir(), 'microfetch-rehearsal-')) : undefined
  const end = (): never => {
    if (ownCache !== undefined) rmSync(ownCache, { recursive: true, force: true })
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  if (!given.keeps) void input.ended.then(end)
  const { host, port } = given
  const archive = await openArchive(scenario, { host, port, cacheDir: given.cacheDir ?? ownCache ?? tmpdir() })
  process.stdout.write(`${JSON.stringify({ url: archive.url })}\n`)
}

/** A parent that dies closes our standard input, and so nothing is left behind. */
function watchInput(): { firstLine: Promise<string>; ended: Promise<void> } {
  const lines = createInterface({ input: process.stdin })
  const ended = new Promise<void>(resolve => lines.once('close', resolve))
  const firstLine = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    void ended.then(() => reject(new Error('standard input ended before a scenario came')))
  })
  // Nobody waits for the line unless the scenario is to come from there.
  firstLine.catch(() => undefined)
  return { firstLine, ended }
}

main().catch((error: unknown) => {
  process.stderr.write(`rehearsal archive: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(2)
})
