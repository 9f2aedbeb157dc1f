import type { AttemptPlace, Collected, Collector, PeekResult, StoredDelivery, ToCollect } from '../../src/transfer/collector.ts'
import { Problem } from '../../src/core/problem.ts'
import { closingOf, standingOf } from './agents.ts'
import type { SimMachine, Stored, World } from './world.ts'

/** A storage host that pulls from simulated machines. The address decides whom it reaches, as an IP address does. */
export function worldCollector(world: World): Collector {
  return {
    name: 'simulated',
    collect: (place, run) => Promise.resolve(collect(world, place, run)),
    remove: (place, runAccession) => {
      machineAt(world, place)?.results.delete(runAccession)
      return Promise.resolve({ kind: 'removed' })
    },
    peek: (place, unheard) => Promise.resolve(peek(world, place, unheard)),
    link: () => Promise.resolve(),
    stored: async function* () {
      if (world.isCollectorAway()) throw new Problem('unreachable', 'the storage host is away')
      for (const stored of [...world.library.values()]) yield toStoredDelivery(stored, world)
    },
    clearIncoming: () => Promise.resolve(),
    freeBytes: () => Promise.resolve(1e12),
  }
}

function machineAt(world: World, place: AttemptPlace): SimMachine | undefined {
  const machine = [...world.machines.values()].find(one => one.address === place.address)
  return machine?.id === place.machineId || !world.checksMachineIds ? machine : undefined
}

function collect(world: World, place: AttemptPlace, run: ToCollect): Collected {
  if (world.isCollectorAway()) return failed('the storage host is away')
  const before = world.library.get(run.deliveryId)
  if (before !== undefined) return { kind: 'proved', proved: toStoredDelivery(before, world).proved }
  const machine = machineAt(world, place)
  if (machine === undefined) return failed('unreachable')
  const results = machine.results.get(run.runAccession)
  if (results === undefined) return { kind: 'not-yet' }
  if (world.chance.happens(world.faults.transferFails)) return failed('cut')
  // Something went wrong on the way: what arrived is not what was sent.
  const arrived = world.chance.happens(world.faults.resultsTorn) ? `${results.content.slice(0, 32)}torn` : results.content
  if (world.comparesManifests && arrived !== results.manifest[0]?.sha256)
    return failed('the files are not what the manifest says')
  return { kind: 'proved', proved: toStoredDelivery(store(world, place, run, { ...results, content: arrived }), world).proved }
}

function failed(why: string): Collected {
  return { kind: 'failed', temporary: true, why }
}

function store(world: World, { attemptId }: AttemptPlace, run: ToCollect, arrived: Pick<Stored, 'content' | 'manifest'>): Stored {
  const { runAccession, deliveryId, revision, recipe } = run
  const stored: Stored = { runAccession, deliveryId, attemptId, revision, recipe, ...arrived }
  world.library.set(deliveryId, stored)
  const key = `${runAccession} ${revision} ${recipe}`
  world.storedTimes.set(key, (world.storedTimes.get(key) ?? 0) + 1)
  return stored
}

function toStoredDelivery(stored: Stored, world: World): StoredDelivery {
  const { runAccession, deliveryId, attemptId, revision, recipe, manifest } = stored
  const proved = { manifest, relativePath: `runs/${runAccession}/${deliveryId}`, versions: {} }
  return { runAccession, deliveryId, attemptId, revision, recipe, recipeIdentity: '', storedAt: world.now(), proved }
}

function peek(world: World, place: AttemptPlace, unheard: readonly string[]): PeekResult {
  const machine = machineAt(world, place)
  if (machine === undefined || world.chance.happens(world.faults.transferFails)) return { kind: 'unreachable', why: 'no answer' }
  if (machine.agent === 'booting') return { kind: 'read', standing: undefined, closing: undefined, handedOver: [] }
  const standing = standingOf(machine)
  const spoken = new Set(standing.outcomes.map(outcome => outcome.runAccession))
  const handedOver = unheard.flatMap(runAccession => {
    const manifestSha256 = machine.results.get(runAccession)?.manifest[0]?.sha256
    if (manifestSha256 === undefined || spoken.has(runAccession)) return []
    return [{ runAccession, outcome: 'done' as const, manifestSha256 }]
  })
  return { kind: 'read', standing, closing: machine.closingWritten ? closingOf(machine) : undefined, handedOver }
}
