import type {
  AttemptPlace,
  Collected,
  Collector,
  PeekResult,
  StoredDelivery,
  ToCollect,
} from '../../src/daemon/collectors/collector.ts'
import { Problem } from '../../src/core/problem.ts'
import { closingOf, standingOf } from './agents.ts'
import { World, type SimMachine, type Stored } from './world.ts'

/** A storage host that pulls from simulated machines. The address decides whom it reaches, as an IP address does. */
export function worldCollector(world: World): Collector {
  return {
    name: 'simulated',
    collect: (place, run) => Promise.resolve(collect(world, place, run)),
    remove: (place, runAccession) => {
      machineAt(world, place)?.results.delete(runAccession)
      return Promise.resolve({ kind: 'removed' })
    },
    peek: place => Promise.resolve(peek(world, place)),
    link: () => Promise.resolve(),
    stored: async function* () {
      if (world.collectorAway) throw new Problem('unreachable', 'the storage host is away')
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
  if (world.collectorAway) return { kind: 'failed', temporary: true, noSpace: false, why: 'the storage host is away' }
  const before = world.library.get(run.deliveryId)
  if (before !== undefined) return { kind: 'proved', proved: toStoredDelivery(before, world).proved }
  const machine = machineAt(world, place)
  if (machine === undefined) return { kind: 'failed', temporary: true, noSpace: false, why: 'unreachable' }
  const results = machine.results.get(run.runAccession)
  if (results === undefined) return { kind: 'not-yet' }
  if (world.chance.happens(world.faults.transferFails)) return { kind: 'failed', temporary: true, noSpace: false, why: 'cut' }
  // Something went wrong on the way: what arrived is not what was sent.
  const arrived = world.chance.happens(world.faults.resultsTorn) ? `${results.content.slice(0, 32)}torn` : results.content
  if (world.comparesManifests && arrived !== results.manifest[0]?.sha256) {
    return { kind: 'failed', temporary: true, noSpace: false, why: 'the files are not what the manifest says' }
  }
  const stored: Stored = {
    runAccession: run.runAccession,
    deliveryId: run.deliveryId,
    attemptId: place.attemptId,
    revision: run.revision,
    recipe: run.recipe,
    content: arrived,
    manifest: results.manifest,
  }
  world.library.set(run.deliveryId, stored)
  const key = `${run.runAccession} ${run.revision} ${run.recipe}`
  world.storedTimes.set(key, (world.storedTimes.get(key) ?? 0) + 1)
  return { kind: 'proved', proved: toStoredDelivery(stored, world).proved }
}

function toStoredDelivery(stored: Stored, world: World): StoredDelivery {
  const { runAccession, deliveryId, attemptId, revision, recipe, manifest } = stored
  const proved = { manifest, relativePath: `runs/${runAccession}/${deliveryId}`, versions: {} }
  return { runAccession, deliveryId, attemptId, revision, recipe, recipeIdentity: '', storedAt: world.now(), proved }
}

function peek(world: World, place: AttemptPlace): PeekResult {
  const machine = machineAt(world, place)
  if (machine === undefined || world.chance.happens(world.faults.transferFails)) return { kind: 'unreachable', why: 'no answer' }
  if (machine.agent === 'booting') return { kind: 'read', standing: undefined, closing: undefined }
  return { kind: 'read', standing: standingOf(machine), closing: machine.closingWritten ? closingOf(machine) : undefined }
}
