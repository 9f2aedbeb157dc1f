import type { Cure, Disabling } from './cure.ts'

const provider = 'src/daemon/providers/digitalocean'
const sweepFolder = 'src/daemon/stages/sweep'
const watch = 'src/daemon/stages/watch/plan.ts'
const sweepPlan = (name: string) => ({ file: `${sweepFolder}/plan.test.ts`, name })
const watchPlan = (name: string) => ({ file: 'src/daemon/stages/watch/plan.test.ts', name })
const inSweep = (find: string, replace: string): Disabling => ({ file: `${sweepFolder}/plan.ts`, find, replace })

/** Creating: machines that nobody knows of, too many, or none. */
export const creatingCures: readonly Cure[] = [
  {
    fault: 'a create is timed out, and the droplet exists',
    cure: 'the intent stands in the ledger before the call, under a name and tag of its own; the machine that carries the tag is bound, whatever became of the answer',
    test: watchPlan('a machine found by its tag is bound when it is the only one'),
    without: [{ file: watch, find: 'const isTaken = listed.length === 1 || ', replace: 'const isTaken = ' }],
  },
  {
    fault: 'two droplets for one batch',
    cure: 'the first that speaks is bound; the other is told to stop (410), and swept',
    test: {
      file: 'test/integration/door-agents.test.ts',
      name: 'a register waits until a machine is bound; then that machine gets the work and any other is told to stop',
    },
    without: [
      {
        file: 'src/daemon/ledger/heard.ts',
        find: "  if (attempt.machine_id !== null && attempt.machine_id !== speaker.machineId) return 'closed'\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'just created and not found, or not in the list',
    cure: 'nothing is destroyed that is younger than a create and the lag of the list together',
    test: sweepPlan('a machine younger than a create and the lag of the list together is not destroyed, unless it is off'),
    without: [inSweep('nowMs - bornMs >= (createSeconds + policy.listLagSeconds) * 1000', 'nowMs >= bornMs')],
  },
  {
    fault: "the account's droplet limit",
    cure: 'the account is looked at, and nothing is asked for in vain; the batch waits without a strike',
    test: {
      file: `${provider}/account-room.test.ts`,
      name: 'beyond the limit of the account nothing is asked for in vain, and it is tried again when there may be room',
    },
    without: [
      {
        file: `${provider}/account-room.ts`,
        find: 'obstacle !== undefined || room > 0',
        replace: 'obstacle !== undefined || limit > 0',
      },
    ],
  },
  {
    fault: 'a region has no capacity',
    cure: 'the size is looked for in the next region of the settings, and here again after ten minutes',
    test: {
      file: `${provider}/against-the-cloud.test.ts`,
      name: 'a size that was sold out is quoted elsewhere, until it is tried again',
    },
    without: [
      {
        file: `${provider}/create-droplet.ts`,
        find: 'offer.noteShortage(quote.size, quote.region)',
        replace: 'offer.isShort(quote.size, quote.region)',
      },
    ],
  },
  {
    fault: 'no capacity, again and again',
    cure: 'asked again, at most an hour apart; after several answers in a row a person is asked too, and it goes on by itself when there are machines',
    test: {
      file: 'src/daemon/stages/provision/provision-stage.test.ts',
      name: 'asks for a person after several answers in a row, and is then nothing that microfetch can do by itself',
    },
    without: [
      {
        file: 'src/daemon/ledger/record-create.ts',
        find: 'if (times < shortagesBeforeAsking) return undefined',
        replace: 'if (times > 0) return undefined',
      },
    ],
  },
  {
    fault: '429: 250 calls a minute',
    cure: 'four calls a second at most, and one list for all droplets',
    test: {
      file: `${provider}/call-budget.test.ts`,
      name: 'never lets more than four calls begin in a second, nor 250 in a minute, however many want to',
    },
    without: [{ file: `${provider}/call-budget.ts`, find: 'const callsPerSecond = 4', replace: 'const callsPerSecond = 40' }],
  },
  {
    fault: '429 on deletions',
    cure: 'creates and lists stop at a fifth of the hour, looks at a tenth; what ends droplets may use all of it',
    test: {
      file: `${provider}/call-budget.test.ts`,
      name: 'the last fifth is not for lists and creates, the last tenth not for looks, and all of it for ending droplets',
    },
    without: [{ file: `${provider}/call-budget.ts`, find: ', end: 0 }', replace: ', end: 0.2 }' }],
  },
]

/** Ending: machines that do not go, and those that nobody knows. */
export const endingCures: readonly Cure[] = [
  {
    fault: 'a deletion "succeeds", and the droplet lives, or errs',
    cure: 'asked for again and again; after a quarter of an hour a person is told',
    test: {
      file: `${sweepFolder}/money-and-keeping.test.ts`,
      name: 'a machine that does not go is asked again and again, and a person is told after a quarter of an hour',
    },
    without: [inSweep("...(isStuck ? tell(machine, 'will-not-go', stuckWhy, seen) : []), ", '')],
  },
  {
    fault: 'a deletion is answered with 500 twice',
    cure: 'asked again, up to three times in one pass, and in every pass',
    test: { file: `${provider}/destroy-droplet.test.ts`, name: 'trouble of theirs that passes is asked through' },
    without: [{ file: `${provider}/api-client.ts`, find: 'const mostTries = 3', replace: 'const mostTries = 2' }],
  },
  {
    fault: 'switched off is not free of charge',
    cure: 'off is seen in the list: the worker lapses at once, and its droplet is destroyed',
    test: {
      file: `${sweepFolder}/money-and-keeping.test.ts`,
      name: 'lapses when it is seen so again, where what lies on it cannot be read, and its batch is worked on anew',
    },
    without: [inSweep('return sweepOff(worker, round) ?? sweepMade', 'return sweepMade')],
  },
  {
    fault: 'the manager dies, and droplets run on',
    cure: 'each carries the time by which it should be gone as a tag: a sweep on another host, with nothing but a token, finds it',
    test: {
      file: 'src/cli/patrol/sweep-account.test.ts',
      name: 'destroys without being asked only what is past its expiry, and never what is kept or not named by us',
    },
    without: [
      {
        file: 'src/daemon/patrol/judge-tagged.ts',
        find: "machine.expiresAt.getTime() <= now.getTime() ? 'expired' : 'alive'",
        replace: "machine.expiresAt.getTime() <= 0 ? 'expired' : 'alive'",
      },
    ],
  },
  {
    fault: 'the manager dies between two steps',
    cure: 'whatever was begun is found in the ledger and by tags, and gone on with: the intent comes before the machine, and the next pass is the retry',
    test: {
      file: 'test/cloud/killed-after-create.test.ts',
      name: 'leaves a droplet that the next one finds by its tag: no other is made, and its results come home',
    },
    without: [
      {
        file: watch,
        find: '  const isTaken = listed.length === 1 || isLapsed',
        replace: '  const isTaken = listed.length === 0 && isLapsed',
      },
    ],
  },
  {
    fault: 'orphans of lost state',
    cure: 'the list is held against the ledger in every pass: what nobody owns is destroyed at the third look, never within a grace',
    test: sweepPlan('a machine that nobody owns is destroyed at the third look, never within the grace'),
    without: [
      inSweep('if (inGrace || !isRipe(machine, stray, round)) return []', 'if (!isRipe(machine, stray, round)) return []'),
    ],
  },
  {
    fault: 'a sweep meets what is not ours',
    cure: 'only what has our tags and a name of ours counts; the rest is told of once, and left alone',
    test: { file: `${provider}/destroy-droplet.test.ts`, name: 'a name that only begins as ours do' },
    without: [
      { file: `${provider}/to-machine.ts`, find: 'isOfInstallation && isDropletName(droplet.name)', replace: 'isOfInstallation' },
    ],
  },
  {
    fault: 'a sweep meets what somebody has taken over since the list was read',
    cure: 'each is looked at once more right before it is deleted',
    test: { file: `${provider}/destroy-droplet.test.ts`, name: 'the tag of another installation' },
    without: [
      {
        file: `${provider}/destroy-droplet.ts`,
        find: "if (!isOurs(seen)) throw new Problem('refused'",
        replace: "if (seen.id !== machineId) throw new Problem('refused'",
      },
    ],
  },
  {
    fault: 'a person wants to keep one',
    cure: 'the tag `mf-keep` keeps it; it is told of once, with what it costs',
    test: sweepPlan('what a person asked to keep is reported once and never destroyed'),
    without: [inSweep('  if (machine.keep) return []\n', '')],
  },
  {
    fault: 'a sweep with an older ledger',
    cure: 'after a restore nothing is swept until a person agrees; machines are adopted by their tags and attempt folders',
    test: sweepPlan('after a restore unknown machines are adopted, and nothing is swept until a person agrees'),
    without: [inSweep("  if (seen.onlyReports) return tell(machine, 'unaccounted', restoredWhy, seen)\n", '')],
  },
  {
    fault: 'a sweep meets results that are not at home',
    cure: 'held, never destroyed: only a person gives up what is unproved',
    test: { file: 'src/daemon/stages/destroy/plan.test.ts', name: 'a machine with unproved results is held, never destroyed' },
    without: [
      {
        file: 'src/daemon/stages/destroy/plan.ts',
        find: '  if (unproved > 0) return held ?',
        replace: '  if (unproved < 0) return held ?',
      },
    ],
  },
  {
    fault: 'results wait longer than was set aside for them',
    cure: 'decided otherwise than an end by age: the machine is kept and reserves anew before anything is created; held machines alone may pass the cap, and a person is told what they cost',
    test: {
      file: 'src/daemon/stages/provision/caps.test.ts',
      name: 'a machine past its reserve keeps its place: it reserves anew before anything is created, and a person is told what it costs',
    },
    without: [
      {
        file: 'src/daemon/stages/provision/plan.ts',
        find: "...(seen.money?.exhausted ?? []).map(exhausted => ({ kind: 'reserve-anew' as const, exhausted })),",
        replace: '',
      },
    ],
  },
  {
    fault: "the month's cap is reached in the middle of a batch",
    cure: 'before a create its whole time is set aside, boot, deadline and collection: what runs is paid for, nothing is killed, nothing new begins',
    test: {
      file: 'test/cloud/month-cap.test.ts',
      name: 'no bill is above it, results are held and collected, nothing is killed',
    },
    without: [
      {
        file: 'src/core/budget.ts',
        find: 'purse.spent + purse.reserved + microdollars',
        replace: 'purse.spent + 0 * microdollars',
      },
    ],
  },
]
