import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { checkSources } from '../check-sources.ts'
import { hashFile } from '../hash-file.ts'
import type { ManifestFile } from '../manifest.ts'
import { rsyncSource } from '../rsync-source.ts'
import { copyListed } from '../rsync.ts'
import type { AttemptPlace } from '../collector.ts'
import type { Library } from './library.ts'
import { isFolder, resultFolder } from './machine-results.ts'
import type { ReachedMachine } from './reach-machine.ts'
import { removeFromFolder } from './remove-from-folder.ts'

/** A machine that is a folder of this computer: no link in it is ever followed, for it could lead to any file of ours. */
export function reachFolder(library: Library, place: AttemptPlace): ReachedMachine {
  const root = place.address
  return {
    read: async (_paths, act) => {
      if (!(await isFolder(root))) throw new Problem('unreachable', `there is no folder ${root}`)
      return act(root)
    },
    compare: (runAccession, manifest) => checkSources(root, resultFolder(runAccession), manifest),
    copy: ({ runAccession, manifest, to }) =>
      copyListed(
        {
          from: rsyncSource(join(root, resultFolder(runAccession))),
          to,
          paths: manifest.map(file => file.path),
          largestBytes: Math.max(...manifest.map(file => file.bytes)),
          bandwidthKbytes: library.bandwidthKbytes(),
        },
        library.rsync,
      ),
    isWrongThere: async (runAccession, files) => {
      for (const file of files) if (await isAnother(root, runAccession, file)) return true
      return false
    },
    remove: (runAccession, copies) => removeFromFolder(library, root, runAccession, copies),
  }
}

async function isAnother(root: string, runAccession: string, file: ManifestFile): Promise<boolean> {
  const path = `${resultFolder(runAccession)}/${file.path}`
  const source = await hashFile(root, path, { mostBytes: file.bytes }).catch(() => undefined)
  return source !== undefined && source.sha256 !== file.sha256
}
