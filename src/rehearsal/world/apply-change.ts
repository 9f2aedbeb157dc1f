import { readDay } from '../archive-clock.ts'
import type { ControlChange, ControlOutcome } from '../control-change.ts'
import type { World } from './world.ts'

/** Makes one change to the world. Throws when it cannot be made. */
export function applyChange(world: World, change: ControlChange): ControlOutcome {
  switch (change.kind) {
    case 'add-runs':
      return { accessions: world.addRuns(change.group) }
    case 'arm':
      return { id: world.armory.arm(change) }
    case 'disarm':
      world.armory.disarm(change.id)
      return {}
    case 'add-taxon':
    case 'merge-taxon':
    case 'delete-taxon':
      return changeTaxa(world, change)
    default:
      return 'accession' in change ? changeRun(world, change) : changeTime(world, change)
  }
}

type TaxonControl = Extract<ControlChange, { kind: 'add-taxon' | 'merge-taxon' | 'delete-taxon' }>

function changeTaxa({ taxonomy }: World, change: TaxonControl): ControlOutcome {
  if (change.kind === 'add-taxon') taxonomy.add(change.taxon)
  else if (change.kind === 'merge-taxon') taxonomy.merge(change.from, change.into)
  else taxonomy.delete(change.taxId)
  return {}
}

type TimeControl = Extract<ControlChange, { kind: 'set-clock' | 'advance-clock' | 'reindex' }>

function changeTime(world: World, change: TimeControl): ControlOutcome {
  switch (change.kind) {
    case 'set-clock':
      world.clock.set(change.at === null ? undefined : instant(change.at))
      return {}
    case 'advance-clock':
      world.clock.advance(change.seconds)
      return {}
    case 'reindex':
      world.reindexes.push({ share: change.share, day: day(change.on), seed: change.seed ?? world.reindexes.length })
      return {}
    default:
      throw new Error(`unknown change: ${JSON.stringify(change satisfies never)}`)
  }
}

type RunControl = Extract<ControlChange, { accession: string }>

function changeRun(world: World, change: RunControl): ControlOutcome {
  const { accession } = change
  switch (change.kind) {
    case 'change-files':
      world.change(accession, { revision: 1 })
      return {}
    case 'withdraw':
      world.change(accession, { hidden: 'withdrawn' })
      return {}
    case 'suppress':
      world.change(accession, { hidden: 'suppressed' })
      return {}
    case 'restore':
      world.restore(accession)
      return {}
    case 'move-taxon':
      world.change(accession, { taxId: change.taxId })
      return {}
    case 'give-files':
      world.change(accession, { shape: 'paired' })
      return {}
    case 'edit-cells':
      world.change(accession, { cells: change.cells })
      return {}
    default:
      throw new Error(`unknown change: ${JSON.stringify(change satisfies never)}`)
  }
}

function instant(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new Error(`${text} is not an instant such as 2026-08-20T12:00:00Z`)
  return at
}

function day(text: string): number {
  const number = readDay(text)
  if (number === undefined) throw new Error(`${text} is not a day such as 2026-08-20`)
  return number
}
