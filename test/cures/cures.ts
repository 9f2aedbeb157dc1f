import { collectingCures } from './catalogue-of-collecting.ts'
import { creatingCures, endingCures } from './catalogue-of-machines.ts'
import { speakingCures } from './catalogue-of-words.ts'
import { workingCures } from './catalogue-of-work.ts'
import type { Cure } from './cure.ts'
import { birthCures, destroyCures, listCures, mishapCures } from './droplet-cures.ts'
import { hostileCures } from './hostile-cures.ts'
import { hostCures } from './host-cures.ts'
import { lostAnswerCures } from './lost-answer-cures.ts'
import { refusedCallCures } from './refused-call-cures.ts'
import { rsyncCures } from './rsync-cures.ts'

/** A table of the chapter. */
export interface CureTable {
  title: string
  /** What stands above the table. */
  text: string
  /** The rows are faults of the test cloud, by their names on its menu: what they do is said beside the name. */
  isMenu: boolean
  cures: readonly Cure[]
}

const menuText = 'What the test cloud can be told to do to'

/** Every table, in the order of the chapter. */
export const cureTables: readonly CureTable[] = [
  {
    title: 'Calls that take no effect',
    text: `${menuText} a call: it is refused, or is not answered.`,
    isMenu: true,
    cures: refusedCallCures,
  },
  {
    title: 'Answers that do not arrive',
    text: `${menuText} an answer, once the call has taken effect.`,
    isMenu: true,
    cures: lostAnswerCures,
  },
  { title: 'Births', text: `${menuText} a droplet that is being made.`, isMenu: true, cures: birthCures },
  { title: 'Lists', text: `${menuText} a list.`, isMenu: true, cures: listCures },
  { title: 'Deletions', text: `${menuText} a deletion that it has accepted.`, isMenu: true, cures: destroyCures },
  {
    title: 'Mishaps',
    text: `${menuText} a droplet that runs; its fault \`host\` is told apart in the next table.`,
    isMenu: true,
    cures: mishapCures,
  },
  {
    title: 'Hosts and lines',
    text: 'What happens in a droplet that runs, and on the way to it.',
    isMenu: false,
    cures: hostCures,
  },
  {
    title: 'Making machines',
    text: 'What has gone wrong elsewhere, with other programs that make machines for a while.',
    isMenu: false,
    cures: creatingCures,
  },
  {
    title: 'Ending machines',
    text: 'Machines that do not go, that nobody knows any more, or that must not go yet.',
    isMenu: false,
    cures: endingCures,
  },
  {
    title: 'Speaking with machines',
    text: 'Boots, callbacks, beats, and who it is that speaks.',
    isMenu: false,
    cures: speakingCures,
  },
  { title: 'Work on machines', text: 'Pipelines, assemblers, disks and memory.', isMenu: false, cures: workingCures },
  { title: 'Bringing results home', text: "The institute's side.", isMenu: false, cures: collectingCures },
  {
    title: 'What rsync does',
    text: 'What rsync alone does, tried with 3.5.0, and what is done about it here.',
    isMenu: false,
    cures: rsyncCures,
  },
  {
    title: 'Hostile machines',
    text: 'A worker is somebody else’s computer: whatever it serves, nothing is written outside its own incoming folder, and nothing unproved gets into the library. The whole suite is in `src/transfer/collect/hostile-*.test.ts`.',
    isMenu: false,
    cures: hostileCures,
  },
]

/** Every fault with its cure. */
export const cures: readonly Cure[] = cureTables.flatMap(table => table.cures)
