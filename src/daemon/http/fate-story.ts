import type { RunFate } from '../../api/run-fate.ts'

type Told = Omit<RunFate, 'story'>
type Verdict = RunFate['verdicts'][number]
type Delivery = RunFate['deliveries'][number]

/** What happened to a run in a few sentences, one for each taxon that saw it: the state, the reason with its value, and what can be done. */
export function tellFate(fate: Told): string[] {
  if (fate.verdicts.length === 0) return fate.deliveries.map(delivery => tellDelivery(fate, delivery))
  return fate.verdicts.map(verdict => {
    const delivery = fate.deliveries.find(candidate => candidate.deliveryId === verdict.deliveryId)
    return `For ${verdict.taxId} ${verdict.scientificName}: ${tellVerdict(fate, verdict, delivery)}`
  })
}

function tellVerdict(fate: Told, verdict: Verdict, delivery: Delivery | undefined): string {
  switch (verdict.state) {
    case 'unjudged':
      return 'it is not judged yet; the next pass does that.'
    case 'excluded':
      return `it is excluded. ${tellReasons(verdict)}${alsoAtHome(delivery)}`
    case 'waiting':
      return `the archive has no FASTQ files of it yet.${fate.archive?.nextLookAt == null ? '' : ` It is looked at again at ${fate.archive.nextLookAt}.`}`
    case 'skipped':
      return `a person asked to skip it (${verdict.skip ?? ''}). "microfetch retry ${fate.runAccession}" takes that back.`
    case 'withdrawn':
      return `the archive has withdrawn it. ${tellReasons(verdict)}`
    case 'accepted':
      return 'it is accepted, and the next pass makes it owed.'
    default:
      return delivery === undefined ? `it is ${verdict.state}.` : tellDelivery(fate, delivery)
  }
}

function tellDelivery(fate: Told, delivery: Delivery): string {
  const tries = delivery.attempts.length
  const last = delivery.attempts.at(-1)
  switch (delivery.state) {
    case 'wanted':
      return tries === 0
        ? `it is accepted and owed since ${delivery.wantedAt}; it waits for a batch.`
        : `it is owed again after ${times(tries)}${last?.reason == null ? '' : ` (${last.reason.code} ${last.reason.detail})`}; it waits for a batch.`
    case 'batched':
      return last === undefined
        ? 'it is in a batch that waits for a worker.'
        : `it is being worked on: batch ${last.batch}, attempt ${last.number}, worker ${last.worker}${last.outcome === 'done' ? '; its results wait to be brought home' : ''}.`
    case 'delivered':
      return `it is delivered: ${delivery.receipt?.path ?? 'its receipt is missing'}, since ${delivery.receipt?.storedAt ?? delivery.changedAt}, after ${times(tries)}.${sinceGone(fate)}`
    case 'failed':
      return `it failed after ${times(tries)}: ${tellReason(delivery.reason)} "microfetch retry ${fate.runAccession}" tries it again.`
    case 'dropped':
      return `it is not owed any more: ${tellReason(delivery.reason)}`
    case 'held':
      return 'it was at home before microfetch tracked it.'
  }
}

function times(tries: number): string {
  return tries === 1 ? 'one attempt' : `${tries} attempts`
}

function tellReasons(verdict: Verdict): string {
  if (verdict.reasons.length > 0) return verdict.reasons.map(tellReason).join(' ')
  return verdict.leftSubtreeAt === null ? '' : `It has left the subtree of this taxon (seen at ${verdict.leftSubtreeAt}).`
}

function tellReason(reason: { code: string; detail: string; meaning: string } | null): string {
  if (reason === null) return 'no reason was written down.'
  return `${reason.code}: ${reason.meaning}${reason.detail === '' ? '' : ` (${reason.detail})`}.`
}

function alsoAtHome(delivery: Delivery | undefined): string {
  return delivery?.receipt == null ? '' : ` What was delivered before stays at ${delivery.receipt.path ?? delivery.receipt.relativePath}.`
}

function sinceGone({ archive }: Told): string {
  return archive?.withdrawnAt == null ? '' : ` The archive has withdrawn it since (seen at ${archive.withdrawnAt}).`
}
