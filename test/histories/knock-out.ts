import type { Deps } from '../../src/daemon/deps.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import type { AnyStage } from './pass-on.ts'
import type { World } from './world.ts'

/** What can be taken away, to show that its absence is noticed. */
export type KnockOut = 'sweep' | 'watch' | 'intent' | 'machine-id' | 'manifest'

/** The stages, without what was taken away. */
export function stagesWithout(what: KnockOut | undefined, stages: readonly AnyStage[]): readonly AnyStage[] {
  if (what === 'intent') return stages.map(stage => (stage.name === 'provision' ? withoutIntent(stage) : stage))
  return stages.filter(stage => stage.name !== what)
}

/** Takes a safeguard away from the world. */
export function knockOut(what: KnockOut | undefined, world: World): void {
  if (what === 'machine-id') world.checksMachineIds = false
  if (what === 'manifest') world.comparesManifests = false
}

/** The shipped `apply`, but the machine is asked for first, and written down after. */
function withoutIntent(stage: AnyStage): AnyStage {
  return { ...stage, apply: (action, deps) => stage.apply(action, intentLast(deps)) }
}

function intentLast(deps: Deps): Deps {
  const { ledger, provider } = deps
  let intent: Parameters<Ledger['write']>[0] | undefined
  return {
    ...deps,
    ledger: {
      ...ledger,
      write: act => {
        if (intent !== undefined) return ledger.write(act)
        intent = act
        return Promise.resolve(true as never)
      },
    },
    provider: {
      ...provider,
      create: async (name, boot) => {
        const created = await provider.create(name, boot)
        deps.effect('machine asked for')
        if (intent !== undefined) await ledger.write(intent)
        return created
      },
    },
  }
}
