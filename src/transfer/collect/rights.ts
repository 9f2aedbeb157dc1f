import { execFile } from 'node:child_process'
import { chmod, chown } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Problem } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'

/** Mode and group of what is stored; what still comes in is always ours alone. */
export interface Rights {
  fileMode: number
  /** Whoever may read a file may look into its folder; we may write there. */
  folderMode: number
  /** Gives a file or folder of ours, which nobody else can change yet, its mode and group. */
  give(path: string, kind: 'file' | 'folder'): Promise<void>
}

/** How files lie in a library when nothing else is set: for everybody to read, and not even for us to write. */
export const defaultFileMode = 0o444

/** The rights of a library. `group` is a name or a number; undefined: that of whoever stores. No result is ever executable. */
export function rightsOf(fileMode: number, group: string | undefined): Rights {
  if (!Number.isInteger(fileMode) || fileMode < 0 || (fileMode & ~0o666) !== 0 || (fileMode & 0o400) === 0) {
    throw new Problem(
      'bad-input',
      `files cannot have mode ${fileMode.toString(8)}: at most 666, and we must be able to read them`,
    )
  }
  const folderMode = 0o700 | fileMode | ((fileMode & 0o444) >> 2)
  let groupId: Promise<number> | undefined
  return {
    fileMode,
    folderMode,
    give: async (path, kind) => {
      if (group !== undefined) await changeGroup(path, await (groupId ??= groupNumber(group)), group)
      await chmod(path, kind === 'file' ? fileMode : folderMode)
    },
  }
}

async function changeGroup(path: string, groupId: number, group: string): Promise<void> {
  await chown(path, process.geteuid?.() ?? 0, groupId).catch((error: unknown) => {
    if (!hasCode(error, 'EPERM')) throw error
    throw new Problem('refused', `results cannot be given to the group ${group}: whoever collects must be in it`, {
      cause: error,
    })
  })
}

async function groupNumber(group: string): Promise<number> {
  if (/^\d{1,9}$/.test(group)) return Number(group)
  const found = await promisify(execFile)('getent', ['group', '--', group]).catch(() => undefined)
  const [, , id] = (found?.stdout ?? '').split(':')
  if (id === undefined) throw new Problem('refused', `there is no group ${JSON.stringify(group)} on this computer`)
  return Number(id)
}
