import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { exportStatus } from '../../api/status-tsv.ts'
import { Problem } from '../../core/problem.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId } from '../read-arguments.ts'
import { sayBytes } from '../say-amounts.ts'

/** `microfetch export`: the fate of every run, as a table in a file. */
export const exportVerb: Verb = (program, context) => {
  program
    .command('export [file]')
    .summary('write the fate of every run as a table (status.tsv)')
    .description(
      'Writes status.tsv: one line for every run of every taxon, with its state and reasons. - is stdout. The file appears whole or not at all.',
    )
    .option('--taxon <taxon>', 'only runs of this taxon')
    .option('--force', 'over a file that is there')
    .action(async (file: string | undefined, options: { taxon?: string; force?: boolean }) => {
      const target = file ?? 'status.tsv'
      const path = resolve(context.workingFolder, target)
      if (target !== '-' && existsSync(path) && options.force !== true)
        throw new Problem('not-allowed', `${target} is there already; --force writes over it`)
      const client = await context.client()
      const taxon = options.taxon === undefined ? undefined : await readTaxId(client, options.taxon)
      const pieces = client.text(exportStatus, { query: { taxon } })
      if (target === '-') {
        for await (const piece of pieces) await context.screen.data(piece)
        return
      }
      const bytes = await writeWhole(path, pieces, done => context.screen.progress(`${basename(path)}: ${sayBytes(done)}`))
      await context.screen.data(path)
      context.screen.say(context.screen.paint.dim(`${sayBytes(bytes)} written`))
    })
}

/** Writes beside the target and renames: whoever reads it sees the old file or the new one, never a half. */
async function writeWhole(path: string, pieces: AsyncIterable<string>, progress: (bytes: number) => void): Promise<number> {
  const temporary = `${path}.${process.pid}.new`
  const folder = dirname(path)
  const file = blaming(existsSync(folder) ? path : folder, () => openSync(temporary, 'w'))
  let bytes = 0
  try {
    for await (const piece of pieces) {
      bytes += writeSync(file, piece)
      progress(bytes)
    }
    fsyncSync(file)
    closeSync(file)
    blaming(path, () => renameSync(temporary, path))
    return bytes
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A fault of the temporary file is told as one of the path that a person knows. */
function blaming<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error
  }
}
