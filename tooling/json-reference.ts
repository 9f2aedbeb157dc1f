import { attentionRow, resolveAttention } from '../src/api/attention.ts'
import { batchRow } from '../src/api/batches.ts'
import { importHoldings } from '../src/api/holdings.ts'
import { workPlan } from '../src/api/plan.ts'
import { problemReply } from '../src/api/problem-reply.ts'
import { runFate } from '../src/api/run-fate.ts'
import { retryRuns, runRow } from '../src/api/runs.ts'
import { installationStatus } from '../src/api/status.ts'
import { addTaxa, checkTaxon, logLine, pauseTaxon, removeTaxon, setTaxon, taxonDetail, taxonRow } from '../src/api/taxa.ts'
import { workerRow } from '../src/api/workers.ts'
import { shapeOf } from './json-shape.ts'

/** What a verb prints with `--json`: the shape, and how it is put together from shapes of the wire. */
interface Printed {
  verb: string
  says: string
  shape: string
}

/** Of several taxa, those of which nothing was done. */
const refusedShape = 'refused: { asked: string, why: string }[]'

/** Machines that were ended, or were not. */
const endedShape = '{ id: string, name: string, outcome: "gone" | "left", why: string }[]'

const printed: readonly Printed[] = [
  {
    verb: 'status',
    says: 'The installation, and its taxa.',
    shape: '{ installation: Status, taxa: Taxon[] }',
  },
  { verb: 'runs', says: 'With `--jsonl`: a `Run` a line.', shape: '{ runs: Run[] }' },
  { verb: 'batches', says: 'With `--jsonl`: a row a line.', shape: `{ batches: ${shapeOf(batchRow)}[] }` },
  { verb: 'workers', says: 'With `--jsonl`: a row a line.', shape: `{ workers: ${shapeOf(workerRow)}[] }` },
  { verb: 'attention', says: 'With `--jsonl`: a row a line.', shape: '{ attention: Attention[] }' },
  {
    verb: 'why',
    says: 'A list of these when several runs are named; one that was never seen is not in it.',
    shape: shapeOf(runFate),
  },
  { verb: 'plan', says: 'What would be done next.', shape: shapeOf(workPlan) },
  { verb: 'logs', says: 'One document a line.', shape: shapeOf(logLine) },
  { verb: 'add', says: 'What became of each name or id.', shape: `${shapeOf(addTaxa.reply)} & { dryRun: boolean }` },
  {
    verb: 'set',
    says: 'What was changed; without KEY=VALUE: what holds (below).',
    shape: `${shapeOf(setTaxon.reply)} & { dryRun: boolean }`,
  },
  { verb: 'set', says: 'Without KEY=VALUE.', shape: shapeOf(taxonDetail) },
  {
    verb: 'remove',
    says: 'What it means for what is owed and worked on; `refused`: of several taxa, those of which nothing was done.',
    shape: `{ removed: ${shapeOf(removeTaxon.reply)}[], ${refusedShape}, dryRun: boolean }`,
  },
  {
    verb: 'pause',
    says: 'The same for `resume`; `held` says why nothing comes of it for now.',
    shape: `{ taxa: ${shapeOf(pauseTaxon.reply)}[], ${refusedShape} }`,
  },
  {
    verb: 'check',
    says: 'What holds a check up, where something does.',
    shape: `{ taxa: ${shapeOf(checkTaxon.reply)}[], ${refusedShape} }`,
  },
  { verb: 'retry', says: 'What is owed again.', shape: `${shapeOf(retryRuns.reply)} & { dryRun: boolean }` },
  { verb: 'resolve', says: 'What was done.', shape: `${shapeOf(resolveAttention.reply)} & { dryRun: boolean }` },
  {
    verb: 'import',
    says: 'With `--held`. A `microfetch.csv` is told as by `add`.',
    shape: `${shapeOf(importHoldings.reply)} & { runs: number, badLines: { line: number, what: string }[], dryRun: boolean }`,
  },
  {
    verb: 'heartbeat',
    says: 'What each stage did in all rounds together.',
    shape: '{ stages: { stage: string, planned: number, failed: number, failures: { action: string, why: string }[] }[] }',
  },
  {
    verb: 'up --until-idle',
    says: 'What was done; the parts are those of `status` and `attention`.',
    shape: '{ seconds: number, timeIsUp: boolean, status: Status, attention: Attention[] }',
  },
  { verb: 'demo', says: 'The fate of every run.', shape: '{ runs: Run[] }' },
  {
    verb: 'config',
    says: 'Names and passwords in addresses are left out.',
    shape: '{ settings: { key: string, value: unknown, from: "flag" | "environment" | "file" | "default", place: string }[] }',
  },
  {
    verb: 'doctor',
    says: 'The exit status is 1 when one failed.',
    shape: '{ checks: { check: string, outcome: "ok" | "warning" | "failed", says: string, cure: string }[] }',
  },
  {
    verb: 'backup',
    says: 'The folder, and what the copy holds.',
    shape:
      '{ path: string, hasSettings: boolean, schema: number, taxa: number, runs: number, receipts: number, epoch: number, adopting: boolean }',
  },
  {
    verb: 'restore',
    says: 'What the restored ledger holds, and where what it replaced was laid aside. With `--dry-run`: what the backup holds, `madeAt`, `ledgerFile`, and `dryRun`.',
    shape:
      '{ schema: number, taxa: number, runs: number, receipts: number, epoch: number, adopting: boolean, aside?: string,\n  settings: "taken" | "same" | "kept" | "none", settingsAside?: string }',
  },
  {
    verb: 'sweep',
    says: 'What one pass of the patrol saw and did; money in millionths of a dollar.',
    shape:
      '{ provider: string, applied: boolean, unaccounted: number, failures: { action: string, why: string }[],\n  machines: { machineId: string | null, name: string, attempt: string | null, status: string | null, worker: string | null, workerState: string | null,\n    unproved: number, ageSeconds: number | null, microdollars: number, keep: boolean, verdict: string }[] }',
  },
  {
    verb: 'sweep --provider-only',
    says: '`destroyed` is null when nothing was to be.',
    shape: `{ at: string, destroyed: ${endedShape} | null,\n  machines: { id: string, name: string, installation: string | null, attempt: string | null, status: string, createdAt: string,\n    ageSeconds: number, expiresAt: string | null, microdollars: number, keep: boolean, verdict: string }[] }`,
  },
  {
    verb: 'panic',
    says: 'What was ended, and what is left. With `--dry-run`: `provider`, `machines` and `dryRun`.',
    shape: `{ provider: string, at: string, ended: ${endedShape}, left: { id: string, name: string, keep: boolean }[] }`,
  },
  {
    verb: 'collect',
    says: 'A line for each thing that happens; further fields go with what it is.',
    shape: '{ time: string, level: "info" | "warn", msg: string }',
  },
]

const top = `# JSON

<!-- Written by \`npm run docs\` from src/api: change it there. -->

Every verb that prints data prints it as JSON with \`--json\`: one document on stdout, nothing else there. (\`init\` and \`export\` write a file and
print its path, alone.) Long lists come with \`--jsonl\` too, one document
a line, and \`--fields\` chooses columns. The shapes are written as TypeScript writes types. Instants end in \`At\` (ISO 8601, UTC), days in \`On\`
(YYYY-MM-DD); sizes are bytes unless the name says otherwise. Within a version, keys may be added and none is taken away.

The same shapes come from the daemon's own addresses below \`/api/\`. What goes wrong there is answered with a status and

\`\`\`ts
${shapeOf(problemReply)}
\`\`\`
`

/** The chapter that documents every shape of JSON that comes out. */
export function jsonReference(): string {
  const rows = [
    { name: 'Taxon', shape: shapeOf(taxonRow) },
    { name: 'Run', shape: shapeOf(runRow) },
    { name: 'Attention', shape: shapeOf(attentionRow) },
    { name: 'Status', shape: shapeOf(installationStatus) },
  ].map(({ name, shape }) => `### ${name}\n\n\`\`\`ts\ntype ${name} = ${shape}\n\`\`\`\n`)
  const verbs = printed.map(({ verb, says, shape }) => `### microfetch ${verb} --json\n\n${says}\n\n\`\`\`ts\n${shape}\n\`\`\`\n`)
  return [top, '## Rows\n', ...rows, '## Verbs\n', ...verbs].join('\n')
}
