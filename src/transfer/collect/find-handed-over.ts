import { Problem } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import { manifestBytes } from '../manifest.ts'
import type { HandedOver } from '../collector.ts'
import { readManifest, type FoundManifest } from './machine-results.ts'

/** What one look finds at most; whoever has heard of these asks again without them, and is told of the next. */
export interface MostFound {
  manifests: number
  /** Characters of the manifests found. */
  characters: number
}

/** Real manifests have a few kilobytes: more than a batch of them, and little for a machine that lies. */
const mostFound: MostFound = { manifests: 100, characters: 32_000_000 }

/** Errors of the system that say: nobody can read this now. */
const unreadable = ['EACCES', 'EPERM', 'EIO', 'ESTALE', 'ENOTDIR', 'ENAMETOOLONG']

/**
 * Which of these runs lie below `root`, a machine's folder or what was copied of it, with a sound manifest: it can be read, and lists at least one byte. One that is broken or cannot
 * be read hides no other; each is read up to `mostManifestBytes`, and only of the runs that are asked about.
 */
export async function findHandedOver(
  root: string,
  runAccessions: readonly string[],
  most: MostFound = mostFound,
): Promise<HandedOver[]> {
  const found: HandedOver[] = []
  let characters = 0
  for (const runAccession of runAccessions) {
    if (found.length >= most.manifests || characters >= most.characters) break
    const sound = await readSoundManifest(root, runAccession)
    if (sound === undefined) continue
    characters += sound.text.length
    found.push({ runAccession, outcome: 'done', manifestSha256: sound.sha256 })
  }
  return found
}

async function readSoundManifest(root: string, runAccession: string): Promise<FoundManifest | undefined> {
  try {
    const found = await readManifest(root, runAccession)
    return found !== undefined && manifestBytes(found.manifest) > 0 ? found : undefined
  } catch (error) {
    if (error instanceof Problem || hasCode(error, ...unreadable)) return undefined
    throw error
  }
}
