import { costOf } from '../../core/cost.ts'
import type { TaggedMachine } from './tagged-machines.ts'

/**
 * How a machine stands, without a ledger. `not ours`: it has our tag and not our name, and is never touched · `kept`: a person asked that
 * it be left alone · `expired`: past the time that its own tag names · `alive`: not yet · `no expiry`: it says none, or its tag is damaged.
 */
export type TaggedVerdict = 'not ours' | 'kept' | 'expired' | 'alive' | 'no expiry'

/** Judges one machine at `now`. */
export function judgeTagged(machine: TaggedMachine, now: Date): TaggedVerdict {
  if (!machine.isNamedByUs) return 'not ours'
  if (machine.keep) return 'kept'
  if (machine.expiresAt === undefined) return 'no expiry'
  return machine.expiresAt.getTime() <= now.getTime() ? 'expired' : 'alive'
}

/** Seconds that a machine has existed. */
export function ageSeconds(machine: Pick<TaggedMachine, 'createdAt'>, now: Date): number {
  return Math.max(0, (now.getTime() - machine.createdAt.getTime()) / 1000)
}

/** What a machine has cost until `now`, in millionths of a dollar. */
export function costSoFar(machine: Pick<TaggedMachine, 'createdAt' | 'price'>, now: Date): number {
  return costOf(machine.price, ageSeconds(machine, now))
}

/** Which machines are meant: those past their expiry, all, or some by id or name; of one installation, or of any. */
export interface Choice {
  installationId: string | undefined
  which: 'expired' | 'all' | readonly string[]
}

/**
 * The machines that a choice ends. Never one without our name; one that a person keeps only when it is named itself. What is named and
 * not there is in `unknown`, what is named and not ours in `refused`.
 */
export function chooseTagged(
  machines: readonly TaggedMachine[],
  { installationId, which }: Choice,
  now: Date,
): { chosen: TaggedMachine[]; unknown: string[]; refused: TaggedMachine[] } {
  const ours = machines.filter(machine => isOf(machine, installationId))
  if (which === 'expired' || which === 'all') {
    const wanted = which === 'expired' ? ['expired'] : ['expired', 'alive', 'no expiry']
    return { chosen: ours.filter(machine => wanted.includes(judgeTagged(machine, now))), unknown: [], refused: [] }
  }
  const named = ours.filter(machine => which.includes(machine.id) || which.includes(machine.name))
  return {
    chosen: named.filter(machine => machine.isNamedByUs),
    unknown: which.filter(word => !named.some(machine => machine.id === word || machine.name === word)),
    refused: named.filter(machine => !machine.isNamedByUs),
  }
}

/** Whether a machine is of an installation; without one named, of any. Tags keep the spelling first seen, so case says nothing. */
export function isOf(machine: Pick<TaggedMachine, 'installationId'>, installationId: string | undefined): boolean {
  return installationId === undefined || machine.installationId?.toLowerCase() === installationId.toLowerCase()
}
