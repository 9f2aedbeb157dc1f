import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What can be seen of a home from outside while its runs are worked on, in the order in which it comes about. */
export const landmarks = [
  'daemon started',
  'machine made',
  'pipeline asked for',
  'Nextflow works',
  'first task begun',
  'first run handed over',
  'first run taken up',
  'first run coming in',
  'first run at home',
  'closed',
  'last run at home',
  'machine gone',
] as const
export type Landmark = (typeof landmarks)[number]

/** Which landmarks a life has passed, with the time of each in milliseconds of the clock `performance.now()`. */
export type Passed = Map<Landmark, number>

/** Looks once at a home, and notes in `passed` what has come about since. */
export function lookForLandmarks(home: string, deliveredRuns: number, passed: Passed): void {
  const now = performance.now()
  const note = (landmark: Landmark, isSo: () => boolean): void => {
    if (!passed.has(landmark) && isSo()) passed.set(landmark, now)
  }
  const machine = machineFolders(home)[0]
  note('daemon started', () => true)
  note('machine made', () => machine !== undefined)
  note('machine gone', () => passed.has('machine made') && machine === undefined)
  const library = join(home, 'library')
  note('first run coming in', () => runsBelow(join(library, 'incoming')) > 0)
  note('first run at home', () => runsBelow(join(library, 'runs')) > 0)
  note('last run at home', () => runsBelow(join(library, 'runs')) === deliveredRuns)
  if (machine === undefined) return
  note('pipeline asked for', () => existsSync(join(machine, 'samplesheet.csv')))
  note('Nextflow works', () => existsSync(join(machine, 'launch', '.nextflow.log')))
  note('first task begun', () => entriesOf(join(machine, 'work')).some(name => /^[0-9a-f]{2}$/.test(name)))
  note('first run handed over', () => entriesOf(join(machine, 'out')).some(isRun))
  note('first run taken up', () => entriesOf(join(machine, 'results')).some(isRun))
  note('closed', () => existsSync(join(machine, 'results', 'DONE.json')))
}

/** The folders of a home's machines. */
export function machineFolders(home: string): string[] {
  const workers = join(home, 'workers')
  return entriesOf(workers)
    .filter(name => name.startsWith('mf-'))
    .map(name => join(workers, name))
}

function runsBelow(folder: string): number {
  return entriesOf(folder).flatMap(name => entriesOf(join(folder, name)).filter(isRun)).length
}

function isRun(name: string): boolean {
  return /^ERR\d+$/.test(name)
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // not there yet, or no more
  }
}
