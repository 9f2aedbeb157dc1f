import { join, resolve } from 'node:path'

/** Where everything of one installation lies. All paths are absolute. */
export interface Home {
  path: string
  settingsFile: string
  ledgerFile: string
  ledgerCsv: string
  lockFile: string
  /** One folder for each attempt, outside the ledger, so that a restored ledger can adopt. */
  attemptDir: string
  backupDir: string
  /** `ENA_metadata/` and `ENA_accession_numbers/`. */
  metadataDir: string
  accessionDir: string
  logDir: string
  workDir: string
  libraryDir: string
  /** The ssh key with which the daemon's own collector reaches machines. */
  sshDir: string
}

/** Who asks, and from where: all that a path may depend on. */
export interface Surroundings {
  /** `--home`, when it was given. */
  homeFlag: string | undefined
  environment: Readonly<Record<string, string | undefined>>
  workingFolder: string
  /** The person's own folder. */
  userFolder: string
}

/** The folder of the installation: `--home`, else MICROFETCH_HOME, else `microfetch` in the person's own folder. */
export function homePath(around: Surroundings): string {
  const given = around.homeFlag ?? around.environment['MICROFETCH_HOME']
  if (given === undefined || given === '') return join(around.userFolder, 'microfetch')
  return absolutePath(given, around.workingFolder, around.userFolder)
}

/** A path as a person writes it: `~` is their own folder, anything relative begins at `base`. */
export function absolutePath(path: string, base: string, userFolder: string): string {
  if (path === '~' || path.startsWith('~/')) return join(userFolder, path.slice(1))
  return resolve(base, path)
}

/** The places that settings move; absolute. */
export type MovedDirs = Pick<Home, 'logDir' | 'workDir' | 'libraryDir'> & { dataDir: string }

/** All places of the home, with those that settings move. */
export function homeAt(path: string, dirs: MovedDirs): Home {
  return {
    path,
    settingsFile: settingsFileOf(path),
    ledgerFile: join(path, 'ledger.sqlite'),
    ledgerCsv: join(path, 'microfetch.csv'),
    lockFile: join(path, 'daemon.lock'),
    attemptDir: join(path, 'attempts'),
    backupDir: join(path, 'backups'),
    metadataDir: join(dirs.dataDir, 'ENA_metadata'),
    accessionDir: join(dirs.dataDir, 'ENA_accession_numbers'),
    logDir: dirs.logDir,
    workDir: dirs.workDir,
    libraryDir: dirs.libraryDir,
    sshDir: join(path, 'ssh'),
  }
}

/** The settings file of a home. */
export function settingsFileOf(homePath: string): string {
  return join(homePath, 'microfetch.toml')
}
