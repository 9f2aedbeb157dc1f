import type { Difference } from '../difference.ts'
import type { Manifest, ManifestFile } from '../manifest.ts'
import type { AttemptPlace, Removed } from '../collector.ts'
import type { Library } from './library.ts'
import { reachFolder } from './reach-folder.ts'
import { reachOverSsh } from './reach-over-ssh.ts'
import type { StoredCopy } from './stored-copies.ts'

/** Files of a run that are to come from a machine. */
export interface Wanted {
  runAccession: string
  manifest: Manifest
  /** An existing folder of ours, absolute. */
  to: string
}

/** A machine as the collector reaches it. Nothing it gives is believed: whoever asks proves it. Failures are thrown as Problems. */
export interface ReachedMachine {
  /**
   * Lets `act` read files of the machine, named below the machine's folder, in a folder of this computer. What is not on the machine is
   * not there either, and what is too long or no regular file is refused by whoever reads it.
   */
  read<T>(paths: readonly string[], act: (folder: string) => Promise<T>): Promise<T>
  /** How a run's files differ from its manifest as far as can be seen before they are copied. */
  compare(runAccession: string, manifest: Manifest): Promise<Difference[]>
  /** Copies the files of the manifest. What came before is used again. */
  copy(wanted: Wanted): Promise<void>
  /** Whether one of these files lies on the machine itself with the content that has arrived, or with another than its manifest says. */
  isWrongThere(runAccession: string, files: readonly ManifestFile[], arrived: string): Promise<boolean>
  /** Removes what lies byte for byte in one of the library's copies; the manifest last, and only when nothing else is left. */
  remove(runAccession: string, copies: readonly StoredCopy[]): Promise<Removed>
}

/** Reaches the machine of an attempt: by ssh when it has a host key, else as a folder of this computer. */
export function reachMachine(library: Library, place: AttemptPlace): ReachedMachine {
  return place.hostKey === undefined ? reachFolder(library, place) : reachOverSsh(library, place, place.hostKey)
}
