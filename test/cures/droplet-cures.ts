import type { Cure } from './cure.ts'

const provider = 'src/daemon/providers/digitalocean'
const againstTheCloud = `${provider}/against-the-cloud.test.ts`
const lives = 'test/cloud/cloud-faults.test.ts'
const sweep = 'src/daemon/stages/sweep/plan.ts'
const watch = 'src/daemon/stages/watch/plan.ts'
const goneAtLast = 'and gone when it is asked for often enough, not before'
const missingTwice = 'an owned machine that is missing twice has vanished, unless it was just made'

const sweepPlan = (name: string) => ({ file: 'src/daemon/stages/sweep/plan.test.ts', name })
const watchPlan = (name: string) => ({ file: 'src/daemon/stages/watch/plan.test.ts', name })

/** Droplets of the test cloud that are not born as they should be. */
export const birthCures: readonly Cure[] = [
  {
    fault: 'gone-after-accept',
    cure: 'once the list could know it, a machine that is missing twice, and of which the API says that it is gone, has vanished: its batch goes back to the queue',
    test: sweepPlan(missingTwice),
    without: [{ file: sweep, find: "(isListed || isOver ? sweepMade(worker, round, 'vanish') : [])", replace: '[]' }],
  },
  {
    fault: 'create-errs',
    cure: 'what never speaks after it was made is given up at the boot deadline, and destroyed',
    test: watchPlan('a booting worker registers when it was heard, by callback or by its own documents'),
    without: [{ file: watch, find: 'if (isSilent || hasDied(worker', replace: 'if (hasDied(worker' }],
  },
  {
    fault: 'never-active',
    cure: 'the same; while its creation is under way a deletion is refused, and asked for again until it is gone',
    test: { file: lives, name: 'once: never-active.', written: 'once: ${name}. ${does}' },
    without: [
      { file: `${provider}/destroy-droplet.ts`, find: '/pending event|', replace: '/' },
      { file: 'src/daemon/stages/destroy/plan.ts', find: 'policy.destroyRetrySeconds * 1000', replace: 'Infinity' },
    ],
  },
  {
    fault: 'slow-boot',
    cure: 'given up at the boot deadline; when it speaks after all it is told to stop (410), whatever it says',
    test: { file: 'test/integration/door-agents.test.ts', name: 'a closed attempt is answered 410 whatever it says' },
    without: [
      { file: 'src/daemon/http/routes/agents.ts', find: '  if (attempt.isClosed) return closed(context)\n', replace: '' },
    ],
  },
  {
    fault: 'dead-boot',
    cure: 'given up at the boot deadline; after two machines in a row that never spoke a person is asked, and nothing is made before',
    test: {
      file: 'test/cloud/dead-boots.test.ts',
      name: 'after two of them a person is asked, and not another is made before the person has said so',
    },
    without: [
      {
        file: 'src/daemon/ledger/attempts.ts',
        find: 'if (sunk.hadMachine && !worked) await noteBootFailure(tx, cause)',
        replace: '',
      },
    ],
  },
  {
    fault: 'late-address',
    cure: 'a machine may have no address at first: the one that the list shows later is taken, and any other after it',
    test: { file: lives, name: 'once: late-address.', written: 'once: ${name}. ${does}' },
    without: [
      {
        file: watch,
        find: 'if (machine?.address === undefined || machine.address === address) return undefined',
        replace: 'if (machine !== null) return undefined',
      },
    ],
  },
  {
    fault: 'no-address',
    cure: 'with results on it the machine is held and a person is asked; only a person gives them up',
    test: { file: lives, name: 'never tells the address of a droplet that has results: it is held, a person is asked' },
    without: [
      {
        file: watch,
        find: 'return outOfReach && worker.unproved > 0 ? end(worker, subject, noAddress) : []',
        replace: 'return []',
      },
    ],
  },
  {
    fault: 'late-in-list',
    cure: 'a machine that was just made is not missed before the list must show it',
    test: sweepPlan(missingTwice),
    without: [{ file: sweep, find: '(isListed || isOver ? sweepMade', replace: '(isListed || !isListed ? sweepMade' }],
  },
  {
    fault: 'late-to-be-found',
    cure: 'an attempt whose machine is not seen is closed as never born only when its tag stayed empty for the whole lag window',
    test: sweepPlan('a requested worker whose tag stays empty for the whole lag window was never born'),
    without: [
      {
        file: sweep,
        find: 'isLapsed(Math.max(worker.requestedAtMs, seen.graceUntilMs), policy.listLagSeconds, nowMs)',
        replace: 'isLapsed(0, policy.listLagSeconds, nowMs)',
      },
    ],
  },
  {
    fault: 'twins',
    cure: 'one machine is bound to an attempt; any other of its tag is a stray, and destroyed',
    test: sweepPlan('a second machine of one attempt is a stray'),
    without: [
      {
        file: sweep,
        find: "worker.machineId === machine.id || worker.workerState === 'requested'",
        replace: "worker.attemptId === machine.attemptId || worker.workerState === 'requested'",
      },
    ],
  },
]

/** Lists of the test cloud that do not say what is there. */
export const listCures: readonly Cure[] = [
  {
    fault: 'list-misses',
    cure: 'one list that does not show a machine ends nothing: it takes two, and the API is asked about that one machine before',
    test: sweepPlan(missingTwice),
    without: [{ file: sweep, find: 'const sightingsNeeded = 2', replace: 'const sightingsNeeded = 1' }],
  },
  {
    fault: 'list-frozen',
    cure: 'before anything is closed the API is asked about the machine itself',
    test: {
      file: 'src/daemon/stages/sweep/money-and-keeping.test.ts',
      name: 'is closed, too, when it goes by itself; a list that only does not show it closes nothing',
    },
    without: [
      {
        file: 'src/daemon/stages/sweep/apply.ts',
        find: "  if ((await deps.provider.find(machineId)) !== 'gone') return\n  await deps.ledger.write(async tx => {\n    await endCost",
        replace: '  await deps.ledger.write(async tx => {\n    await endCost',
      },
    ],
  },
]

/** Deletions that the test cloud answers with 204, and that do not do what they should. */
export const destroyCures: readonly Cure[] = [
  {
    fault: 'slow-destroy',
    cure: 'the 204 is not believed: gone is what the API no longer knows',
    test: {
      file: againstTheCloud,
      name: `slow-destroy: going at first, ${goneAtLast}`,
      written: `\${fault.fault}: \${first} at first, ${goneAtLast}`,
    },
    without: [{ file: `${provider}/destroy-droplet.ts`, find: "  return 'going'\n}", replace: "  return 'gone'\n}" }],
  },
  {
    fault: 'destroy-forgotten',
    cure: 'a deletion is asked for again until the machine is gone',
    test: { file: 'src/daemon/stages/destroy/plan.test.ts', name: 'deletion is asked for again, but not all the time' },
    without: [{ file: 'src/daemon/stages/destroy/plan.ts', find: 'policy.destroyRetrySeconds * 1000', replace: 'Infinity' }],
  },
  {
    fault: 'comes-back',
    cure: 'its worker takes it back, its account goes on, and it is destroyed again',
    test: sweepPlan(
      'a machine that shows again after it was gone goes back to destroying, and so does a ghost of one never born',
    ),
    without: [
      {
        file: sweep,
        find: "return worker.workerState === 'destroyed' ? [...known, reappear(worker, machine)] : known",
        replace: 'return known',
      },
    ],
  },
  {
    fault: 'stays-in-list',
    cure: 'what only a list shows is found gone again: its account was closed once, and nothing more is charged',
    test: { file: 'src/daemon/ledger/costs.test.ts', name: 'once: what is found gone again changes nothing' },
    without: [
      { file: 'src/daemon/ledger/costs.ts', find: '  if (cost.to_at === null) {\n', replace: '  if (cost.from_at !== null) {\n' },
    ],
  },
]

/** What happens to droplets of the test cloud that run. */
export const mishapCures: readonly Cure[] = [
  {
    fault: 'vanish',
    cure: 'missing twice, and gone by the word of the API: its attempt is closed, and what it had not handed over is put back',
    test: sweepPlan(missingTwice),
    without: [{ file: sweep, find: "?? sweepMade(worker, round, 'vanish')", replace: '?? []' }],
  },
  {
    fault: 'off',
    cure: 'paid for all the same: seen so twice, it lapses, unless something unproved is on it, it can be read, or a person keeps it',
    test: sweepPlan(
      'a machine that is off lapses when it is seen so again, unless something unproved is on it, it can be read, or a person keeps it',
    ),
    without: [
      {
        file: sweep,
        find: "if (machine?.status !== 'off' || machine.keep) return undefined",
        replace: 'if (machine !== undefined || seen.offIsUnreadable) return undefined',
      },
    ],
  },
  {
    fault: 'busy',
    cure: 'a deletion that an event of the cloud stands in the way of is going, and is asked for again',
    test: { file: `${provider}/destroy-droplet.test.ts`, name: 'an event is pending: going', written: 'an event is pending' },
    without: [
      {
        file: `${provider}/destroy-droplet.ts`,
        find: 'answer.status === 422 && !stillBusy.test(answer.refusal)',
        replace: 'answer.status === 422',
      },
    ],
  },
]
