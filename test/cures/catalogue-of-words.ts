import type { Cure } from './cure.ts'

const agent = 'src/agent'
const watch = 'src/daemon/stages/watch/plan.ts'
const doorAgents = 'test/integration/door-agents.test.ts'
const watchPlan = (name: string) => ({ file: 'src/daemon/stages/watch/plan.test.ts', name })

/** Speaking: boots, callbacks, beats, and who it is that speaks. */
export const speakingCures: readonly Cure[] = [
  {
    fault: '"active" before anything in it is ready',
    cure: "the agent's first word is waited for, not the state; what has not spoken by the boot deadline is given up",
    test: watchPlan('a booting worker registers when it was heard, by callback or by its own documents'),
    without: [
      {
        file: watch,
        find: 'if (worker.heardMachineId === worker.machineId || hasSpoken) {',
        replace: "if (worker.listed?.[0]?.status === 'active' || hasSpoken) {",
      },
    ],
  },
  {
    fault: 'an address is used again, by another attempt of ours',
    cure: 'the host key is known by the name of the attempt, in a file of its own that is gone afterwards',
    test: {
      file: 'src/transfer/ssh-command.test.ts',
      name: 'believes one key for one machine, offers one key, asks nobody and forwards nothing',
    },
    without: [{ file: 'src/transfer/ssh-command.ts', find: 'HostKeyAlias: hostKeyAlias(target.attemptId),', replace: '' }],
  },
  {
    fault: "another attempt's documents lie where ours should",
    cure: 'every document names attempt and machine: of another one nothing is believed',
    test: {
      file: 'src/transfer/collect/hostile-machine.test.ts',
      name: 'is not believed when it is of another machine',
      written: 'is of another machine',
    },
    without: [
      {
        file: 'src/transfer/collect/peek-machine.ts',
        find: 'if (attemptId !== place.attemptId || machineId !== place.machineId) {',
        replace: 'if (attemptId !== place.attemptId) {',
      },
    ],
  },
  {
    fault: 'a late callback of a droplet that is gone, or from an address that is used again',
    cure: "callbacks are told apart by the attempt's token and the provider's own machine id, never by address; a closed attempt is answered 410",
    test: { file: doorAgents, name: 'a closed attempt is answered 410 whatever it says' },
    without: [
      { file: 'src/daemon/http/routes/agents.ts', find: '  if (attempt.isClosed) return closed(context)\n', replace: '' },
    ],
  },
  {
    fault: 'a forged callback',
    cure: 'a token of 256 bits for each attempt, of which only the hash is stored: there is no signature, and so no window in which one could be replayed',
    test: {
      file: doorAgents,
      name: 'a token that no attempt has is refused, and only a restored ledger asks its bearer to come again',
    },
    without: [
      {
        file: 'src/daemon/ledger/asked/attempt-of-token.ts',
        find: ".where('token_hash', '=', tokenHash)",
        replace: ".where('token_hash', '<>', '')",
      },
      {
        file: 'src/daemon/ledger/asked/attempt-of-token.ts',
        find: 'row.token_hash.length === tokenHash.length && timingSafeEqual(Buffer.from(row.token_hash), given)',
        replace: 'row.token_hash.length !== given.length + 1',
      },
    ],
  },
  {
    fault: 'a callback is repeated',
    cure: 'of what is said of a run the first word stands; twice is the same as once',
    test: { file: doorAgents, name: 'of what is said about a run the first word stands, and a run of somebody else is refused' },
    without: [{ file: 'src/daemon/ledger/heard.ts', find: "    .where('outcome', '=', 'none')\n", replace: '' }],
  },
  {
    fault: 'callbacks are lost',
    cure: 'a machine whose beats are late is read by ssh: standing, closing document and what lies there whole',
    test: {
      file: 'src/daemon/stages/watch/watch-stage.test.ts',
      name: 'whose callbacks are late tells of its runs itself, and its own later word on what lay there is no other',
    },
    without: [
      {
        file: 'src/daemon/stages/watch/look.ts',
        find: "if (isOff || attempt.failed_why !== null || silentMs > policy.leaseSeconds * 1000) return 'ending'",
        replace: "if (silentMs > 0) return 'none'",
      },
    ],
  },
  {
    fault: 'a worker dies silently',
    cure: 'its lease ends; what it handed over is brought home, what it had not done is put back',
    test: watchPlan('a silent worker lapses, but not within the grace after an absence of ours'),
    without: [
      {
        file: watch,
        find: "return isLapsed(heardMs, policy.leaseSeconds, nowMs) ? 'it fell silent' : undefined",
        replace: 'return undefined',
      },
    ],
  },
  {
    fault: 'a worker dies right after it handed over a run',
    cure: 'its machine is read before it is given up: the run is brought home, and only what it had not done is put back',
    test: {
      file: 'src/daemon/stages/watch/watch-stage.test.ts',
      name: 'right after it handed over a run, and fell silent: the run is brought home before the machine goes',
      written: 'right after it handed over a run, and ${how}: the run is brought home before the machine goes',
    },
    without: [
      {
        file: watch,
        find: "const isNews = peek.kind === 'read' && peek.isNews &&",
        replace: "const isNews = peek.kind === 'awaited' &&",
      },
    ],
  },
  {
    fault: 'a worker looks alive, and nothing moves',
    cure: 'a beat is no progress: without any it is told to stop, and ended when it is deaf',
    test: watchPlan('beats without progress, or past the deadline, are told to stop, and end when deaf'),
    without: [{ file: watch, find: 'if (!isLate && !isStalled) return []', replace: 'if (!isLate) return []' }],
  },
  {
    fault: 'free disk and memory change by themselves, and look like progress',
    cure: 'only runs, ended tasks and bytes written count',
    test: {
      file: doorAgents,
      name: 'a beat renews the lease once for each of its numbers, and only work done counts as progress',
    },
    without: [
      {
        file: 'src/daemon/ledger/heard.ts',
        find: 'return JSON.stringify([phase, runsDone, runsFailed, bytesWritten, tasksEnded])',
        replace: 'return JSON.stringify([phase, runsDone, runsFailed, bytesWritten, tasksEnded, progress.freeDiskBytes])',
      },
    ],
  },
  {
    fault: 'the clocks differ',
    cure: 'leases use the time of receipt; the doctor refuses a clock that is five minutes off, against ENA and against the cloud',
    test: {
      file: `src/daemon/providers/digitalocean/survey-installation.test.ts`,
      name: 'a clock that is wrong by more than five minutes is told, and by less is not',
    },
    without: [
      {
        file: 'src/daemon/providers/digitalocean/survey-installation.ts',
        find: 'const mostSkewSeconds = 300',
        replace: 'const mostSkewSeconds = 300_000',
      },
    ],
  },
  {
    fault: 'secrets in user-data',
    cure: "one secret beside the host key: the attempt's token, in a file that is root's alone, dead when the attempt is closed; no worker has the provider's token",
    test: {
      file: 'src/daemon/providers/boot/cloud-config.test.ts',
      name: 'the token stands in one file, which is root\\u2019s alone, and there is no other secret',
    },
    without: [
      {
        file: 'src/daemon/providers/boot/cloud-config.ts',
        find: "const secret = { permissions: '0600', owner: 'root:root' }",
        replace: "const secret = { permissions: '0644', owner: 'root:root' }",
      },
    ],
  },
  {
    fault: 'the pipeline can read what its user can',
    cure: 'it runs under a user of its own, which can reach neither the token nor the metadata address, in an environment of what it needs to find its way',
    test: { file: `${agent}/config.test.ts`, name: 'a pipeline sees what it needs to find its way, and no secrets' },
    without: [
      { file: `${agent}/config.ts`, find: 'if (value !== undefined && may) kept', replace: 'if (value !== undefined) kept' },
    ],
  },
]
