import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '../../core/problem.ts'
import { fileSystemOf } from '../settings/file-system.ts'
import { existingAbove } from './existing-above.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'

/** The folders of the home: whether they are there and can be written, on which file system, and how much is free. */
export const checkHome: Check = async ({ config }) => {
  const { home, policy } = config
  if (!existsSync(home.path)) return [warning('home', `${home.path} is not there yet`, 'microfetch init makes it')]
  return [
    writable('home', home.path),
    ledgerPlace(home.path),
    freeSpace('work folder', home.workDir, workBytes),
    freeSpace('library', home.libraryDir, policy.libraryReserveBytes),
    ...oneFileSystem(home.libraryDir),
  ]
}

/** One bacterial run with its assembly needs a few; below this the first batch may fill the disk. */
const workBytes = 20e9

function writable(check: string, folder: string): Finding {
  try {
    rmSync(mkdtempSync(join(folder, '.doctor-')), { recursive: true })
    return well(check, `${folder} can be written`)
  } catch (error) {
    return failed(
      check,
      `${folder} cannot be written: ${describeError(error)}`,
      'give the user of microfetch the right to write there, or use another --home',
    )
  }
}

function ledgerPlace(folder: string): Finding {
  const { name, isNetwork } = fileSystemOf(folder)
  if (!isNetwork) return well('file system', `the ledger lies on ${name}`)
  return failed(
    'file system',
    `the ledger would lie on ${name}, a network file system`,
    'use a --home on a local disk; only home.library_dir may lie on the network',
  )
}

function freeSpace(check: string, folder: string, least: number): Finding {
  const { bavail, bsize } = statfsSync(existingAbove(folder))
  const free = bavail * bsize
  const says = `${(free / 1e9).toFixed(1)} GB are free at ${folder}`
  if (free >= least) return well(check, says)
  return warning(
    check,
    `${says}; ${(least / 1e9).toFixed(1)} GB or more are needed`,
    'make space, or move the folder by the settings of [home]',
  )
}

/** Results are renamed from the library's incoming folder into place: that works only inside one file system. */
function oneFileSystem(library: string): Finding[] {
  const inside = ['incoming', 'runs', 'by-taxon'].map(name => join(library, name)).filter(folder => existsSync(folder))
  if (inside.length === 0) return []
  const strange = inside.filter(folder => statSync(folder).dev !== statSync(library).dev)
  if (strange.length === 0) return [well('library in one piece', 'its folders lie on one file system')]
  return [
    failed(
      'library in one piece',
      `${strange.join(', ')} lies on another file system than ${library}`,
      'mount the library as a whole, not its parts',
    ),
  ]
}
