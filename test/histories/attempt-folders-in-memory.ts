import type { AttemptFile, AttemptFolders } from '../../src/daemon/attempt-folders.ts'

/** Attempt folders without a disk. */
export function attemptFoldersInMemory(): AttemptFolders {
  const files = new Map<string, AttemptFile>()
  return {
    write: file => {
      files.set(file.attemptId, file)
      return Promise.resolve()
    },
    read: attemptId => Promise.resolve(files.get(attemptId)),
    remove: attemptId => {
      files.delete(attemptId)
      return Promise.resolve()
    },
    list: () => Promise.resolve([...files.keys()]),
  }
}
