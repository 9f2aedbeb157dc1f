import type { AttemptPlace, Removed } from '../collector.ts'
import type { Library } from './library.ts'
import { reachMachine } from './reach-machine.ts'
import { storedCopies } from './stored-copies.ts'

/** Removes from a machine the files of a run that lie in the library byte for byte, and its folder once it is empty. */
export async function removeSources(library: Library, place: AttemptPlace, runAccession: string): Promise<Removed> {
  return reachMachine(library, place).remove(runAccession, await storedCopies(library, runAccession))
}
