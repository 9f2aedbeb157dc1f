import { makeFolders } from '../flush.ts'
import type { Library } from './library.ts'

/** Makes folders of the library, each new one with the mode and group of the library. */
export async function makeLibraryFolders(library: Library, path: string): Promise<void> {
  for (const folder of await makeFolders(library.folder, path, 0o700)) await library.rights.give(folder, 'folder')
}
