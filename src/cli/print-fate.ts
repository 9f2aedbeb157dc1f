import type { RunFate } from '../api/run-fate.ts'
import { anyRecipe } from '../core/recipe.ts'
import { plainDocument } from './plain-text.ts'
import type { Paint } from './screen.ts'
import { sayBytes, sayCount, saySeconds } from './say-amounts.ts'

type Verdict = RunFate['verdicts'][number]
type Delivery = RunFate['deliveries'][number]
type Attempt = Delivery['attempts'][number]

/** The whole fate of a run, as lines for a person: nothing is left out but hashes of read files. */
export function fateLines(told: RunFate, paint: Paint): string[] {
  const fate = plainDocument(told)
  return [
    paint.bold(fate.runAccession),
    ...fate.story.map(sentence => `  ${sentence}`),
    ...section(paint, 'In the archive', archiveLines(fate)),
    ...section(
      paint,
      'Judged',
      fate.verdicts.flatMap(verdict => verdictLines(verdict, paint)),
    ),
    ...section(
      paint,
      'Owed and delivered',
      fate.deliveries.flatMap(delivery => deliveryLines(delivery, paint)),
    ),
    ...section(
      paint,
      'What happened',
      fate.events.map(event => {
        const moved =
          event.from === '' && event.to === ''
            ? event.event
            : `${event.event} (${event.from === '' ? 'new' : event.from} → ${event.to})`
        return `${event.at.slice(0, 19)}Z  ${event.subject} ${event.subjectId}: ${moved}${event.why === '' ? '' : `: ${event.why}`}  ${paint.dim(`by ${event.byWhom}`)}`
      }),
    ),
  ]
}

function section(paint: Paint, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map(line => `  ${line}`)]
}

function archiveLines({ archive }: RunFate): string[] {
  if (archive === null) return []
  const bases = archive.baseCount === null ? 'bases not counted' : sayBytes(archive.baseCount, 'b')
  const lines = [
    `${archive.scientificName} (${archive.taxId}); ${archive.state}; public since ${archive.firstPublicOn || 'unknown'}, updated ${archive.enaUpdatedOn || 'unknown'}`,
    `study ${archive.studyAccession}, sample ${archive.sampleAccession}, experiment ${archive.experimentAccession}`,
    `${archive.libraryStrategy}, ${archive.librarySource}, ${archive.libraryLayout}, ${archive.instrumentPlatform}; ${bases}, ${sayBytes(archive.fastqBytes)} of FASTQ`,
    `seen first ${archive.firstSeenAt}, changed ${archive.changedAt}${archive.revision === null ? '' : `, revision ${archive.revision}`}`,
    ...archive.readFiles.map(file => `${file.name}  ${file.role}  ${sayBytes(file.sizeBytes)}  md5 ${file.md5}`),
  ]
  if (archive.filesProblem !== null) lines.push(`its file lists cannot be read: ${archive.filesProblem}`)
  if (archive.waitingSince !== null)
    lines.push(
      `waits for FASTQ since ${archive.waitingSince}${archive.nextLookAt === null ? '' : `; next look ${archive.nextLookAt}`}`,
    )
  if (archive.withdrawnAt !== null) lines.push(`withdrawn, as seen at ${archive.withdrawnAt}`)
  return lines
}

function verdictLines(verdict: Verdict, paint: Paint): string[] {
  const removed = verdict.taxonState === 'tracked' ? '' : ` (${verdict.taxonState})`
  const lines = [
    `${verdict.taxId} ${verdict.scientificName}${removed}: ${paint.bold(verdict.verdict)}, now ${verdict.state}${verdict.judgedAt === null ? '' : paint.dim(`  judged ${verdict.judgedAt}, filters ${verdict.filterSet}`)}`,
  ]
  for (const reason of verdict.reasons)
    lines.push(`  ${paint.yellow(reason.code)}  ${reason.detail}  ${paint.dim(`(${reason.meaning})`)}`)
  if (verdict.skip !== null) lines.push(`  skipped by a person: ${verdict.skip}`)
  if (verdict.leftSubtreeAt !== null) lines.push(`  left the subtree at ${verdict.leftSubtreeAt}`)
  if (verdict.missedChecks > 0) lines.push(`  missing from the last ${sayCount(verdict.missedChecks, 'full check')}`)
  return lines
}

function deliveryLines(delivery: Delivery, paint: Paint): string[] {
  // A run that a person said they hold: no recipe made it, and its revision is not known before the archive was asked.
  const recipe = delivery.recipe === anyRecipe ? 'whatever the recipe' : `recipe ${delivery.recipe}`
  const revision = delivery.revision === '' ? 'no revision known yet' : `revision ${delivery.revision}`
  const lines = [
    `${delivery.deliveryId}  ${recipe}: ${paint.bold(delivery.state)}  ${paint.dim(`wanted ${delivery.wantedAt}, changed ${delivery.changedAt}, ${revision}`)}`,
  ]
  if (delivery.reason !== null)
    lines.push(`  ${paint.yellow(delivery.reason.code)}  ${delivery.reason.detail}  ${paint.dim(`(${delivery.reason.meaning})`)}`)
  if (delivery.strikes > 0)
    lines.push(`  ${sayCount(delivery.strikes, 'sunk attempt')} held it${delivery.alone ? '; it is tried alone' : ''}`)
  for (const attempt of delivery.attempts) lines.push(...attemptLines(attempt, paint))
  if (delivery.receipt !== null) lines.push(...receiptLines(delivery.receipt))
  return lines
}

function attemptLines(attempt: Attempt, paint: Paint): string[] {
  const time = attempt.machineSeconds === null ? '' : `, ${saySeconds(attempt.machineSeconds)} of the machine`
  const price = attempt.microdollars === null || attempt.microdollars === 0 ? '' : `, $${(attempt.microdollars / 1e6).toFixed(4)}`
  const outcome = { none: 'nothing said of it', done: 'done', failed: 'failed' }[attempt.outcome]
  const lines = [
    `  attempt ${attempt.number} of batch ${attempt.batch}: ${outcome}  ${paint.dim(`worker ${attempt.worker}, machine ${attempt.machineId ?? 'none'}, from ${attempt.openedAt}${time}${price}`)}`,
  ]
  if (attempt.reason !== null)
    lines.push(`    ${paint.yellow(attempt.reason.code)}  ${attempt.reason.detail}  ${paint.dim(`(${attempt.reason.meaning})`)}`)
  if (attempt.collectFailures > 0)
    lines.push(`    bringing it home failed ${attempt.collectFailures} times: ${attempt.collectError}`)
  if (attempt.closedAt !== null) lines.push(`    closed ${attempt.closedAt}: ${attempt.closedWhy}`)
  return lines
}

function receiptLines(receipt: NonNullable<Delivery['receipt']>): string[] {
  const versions = Object.entries(receipt.versions).map(([tool, version]) => `${tool} ${version}`)
  return [
    `  at home since ${receipt.storedAt}: ${receipt.path ?? receipt.relativePath} (${sayBytes(receipt.totalBytes)}, by ${receipt.collector})`,
    ...receipt.files.map(file => `    ${file.sha256}  ${file.path}  ${sayBytes(file.bytes)}`),
    ...(versions.length === 0 ? [] : [`    made with ${versions.join(', ')}`]),
  ]
}
