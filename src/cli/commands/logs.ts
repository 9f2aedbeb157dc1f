import { setTimeout as sleep } from 'node:timers/promises'
import { taxonLog } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId, readWhole } from '../read-arguments.ts'

const followEveryMs = 1000

/** `microfetch logs`: what happened to a taxon, line by line. */
export const logsVerb: Verb = (program, context) => {
  program
    .command('logs <taxon>')
    .summary("print a taxon's log")
    .option('-n, --lines <count>', 'how many of the last lines', '50')
    .option('-f, --follow', 'wait for more, until Ctrl-C')
    .option('--json', 'one JSON document a line: id, at, line')
    .action(async (taxon: string, options: { lines: string; follow?: boolean; json?: boolean }) => {
      const limit = readWhole('--lines', options.lines, 1, 1000)
      const client = await context.client()
      const taxId = await readTaxId(client, taxon)
      // Ctrl-C is how following ends.
      if (options.follow === true) context.takesInterruption()
      let after: number | undefined
      do {
        const query = after === undefined ? { limit } : { limit: 1000, after }
        const page = await client.ask(taxonLog, { params: { taxId }, query })
        for (const line of page.rows) await context.screen.data(options.json === true ? JSON.stringify(line) : line.line)
        after = page.rows.at(-1)?.id ?? after ?? 0
        if (options.follow !== true) return
        await sleep(followEveryMs, undefined, { signal: context.interrupted }).catch(() => undefined)
      } while (!context.interrupted.aborted)
    })
}
