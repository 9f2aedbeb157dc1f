import type { RunFate } from '../../api/run-fate.ts'

type Told = Omit<RunFate, 'story'>
type Verdict = RunFate['verdicts'][number]
type Delivery = RunFate['deliveries'][number]
type Attempt = Delivery['attempts'][number]
type Explained = { code: string; detail: string; meaning: string }

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
      return `the archive has no FASTQ files of it yet.${nextLook(fate)}`
    case 'skipped':
      return `a person asked to skip it (${verdict.skip ?? ''}). "microfetch retry ${fate.runAccession}" takes that back.`
    case 'withdrawn':
      return `the archive has withdrawn it. ${tellReasons(verdict)}`
    case 'accepted':
      return tellAccepted(fate)
    default:
      return delivery === undefined ? `it is ${verdict.state}.` : tellDelivery(fate, delivery)
  }
}

function tellAccepted({ deliveries }: Told): string {
  return deliveries.some(delivery => delivery.state === 'batched')
    ? 'it is accepted; what is being made of it keeps less than this taxon asks for, so it is owed anew once that is at home.'
    : 'it is accepted, and the next pass makes it owed.'
}

function nextLook({ archive }: Told): string {
  if (archive === null || archive.nextLookAt === null) return ''
  return ` It is looked at again at ${archive.nextLookAt}.`
}

function tellReasons(verdict: Verdict): string {
  if (verdict.reasons.length > 0) return verdict.reasons.map(tellReason).join(' ')
  return verdict.leftSubtreeAt === null ? '' : `It has left the subtree of this taxon (seen at ${verdict.leftSubtreeAt}).`
}

function tellReason(reason: Explained | null): string {
  if (reason === null) return 'no reason was written down.'
  return `${reason.code}: ${reason.meaning}${reason.detail === '' ? '' : ` (${reason.detail})`}.`
}

function alsoAtHome(delivery: Delivery | undefined): string {
  const receipt = delivery?.receipt ?? null
  return receipt === null ? '' : ` What was delivered before stays at ${receipt.path ?? receipt.relativePath}.`
}

const tellings: Record<Delivery['state'], (fate: Told, delivery: Delivery) => string> = {
  wanted: (_fate, delivery) => tellWanted(delivery, delivery.attempts.at(-1)),
  batched: (_fate, delivery) => tellBatched(delivery.attempts.at(-1)),
  delivered: (fate, delivery) => `${tellDelivered(delivery)}${withdrawnSince(fate)}`,
  failed: (fate, delivery) =>
    `it failed after ${times(delivery)}: ${tellReason(delivery.reason)} "microfetch retry ${fate.runAccession}" tries it again.`,
  dropped: (_fate, delivery) => `it is not owed any more: ${tellReason(delivery.reason)}`,
  held: ({ archive }) =>
    `it was at home before microfetch tracked it${archive === null ? ', as a person said; no check has seen it in the archive' : ''}.`,
}

function tellDelivery(fate: Told, delivery: Delivery): string {
  return tellings[delivery.state](fate, delivery)
}

function tellWanted(delivery: Delivery, last: Attempt | undefined): string {
  if (last === undefined) return `it is accepted and owed since ${delivery.wantedAt}; it waits for a batch.`
  const why = last.reason === null ? '' : ` (${last.reason.code} ${last.reason.detail})`
  return `it is owed again after ${times(delivery)}${why}; it waits for a batch.`
}

function tellBatched(last: Attempt | undefined): string {
  if (last === undefined) return 'it is in a batch that waits for a worker.'
  const { closedAt, closedWhy } = last
  if (last.outcome === 'done') {
    const where = closedAt === null ? 'it is being worked on' : `attempt ${last.number} is over`
    return `${where}: batch ${last.batch}, worker ${last.worker}; its results wait to be brought home.`
  }
  if (closedAt === null) return `it is being worked on: batch ${last.batch}, attempt ${last.number}, worker ${last.worker}.`
  return `it is in batch ${last.batch}, which waits for a worker; attempt ${last.number} ended at ${closedAt} (${closedWhy}).`
}

function tellDelivered(delivery: Delivery): string {
  const { receipt } = delivery
  if (receipt === null) return `it is delivered since ${delivery.changedAt}, but its receipt is missing.`
  return `it is delivered: ${receipt.path ?? receipt.relativePath}, since ${receipt.storedAt}, after ${times(delivery)}.`
}

function times({ attempts }: Delivery): string {
  return attempts.length === 1 ? 'one attempt' : `${attempts.length} attempts`
}

function withdrawnSince({ archive }: Told): string {
  if (archive === null || archive.withdrawnAt === null) return ''
  return ` The archive has withdrawn it since (seen at ${archive.withdrawnAt}).`
}
