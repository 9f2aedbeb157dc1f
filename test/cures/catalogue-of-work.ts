import type { Cure } from './cure.ts'

const agent = 'src/agent'

/** Working: pipelines, assemblers, disks and memory. */
export const workingCures: readonly Cure[] = [
  {
    fault: 'a disk is too small for its work',
    cure: 'the size of a droplet is chosen by what the batch needs, beside the system',
    test: {
      file: 'src/daemon/providers/digitalocean/pick-size.test.ts',
      name: 'the disk holds the system besides the work, and a quote says what is left for the work',
    },
    without: [
      {
        file: 'src/daemon/providers/digitalocean/pick-size.ts',
        find: 'return size.disk * bytesPerGb >= need.diskBytes + diskReserveBytes',
        replace: 'return size.disk * bytesPerGb >= diskReserveBytes',
      },
    ],
  },
  {
    fault: 'the disk would be full by the next download',
    cure: 'looked at before the first byte of it: `DL_DISK`, and the run is put back',
    test: {
      file: 'pipelines/fetch-run.test.ts',
      name: 'files that cannot fit on the disk are DL_DISK before anything is fetched',
    },
    without: [{ file: 'pipelines/bin/fetch-run.sh', find: '[ "$free" -ge "$wanted" ] ||', replace: '[ "$free" -ge 0 ] ||' }],
  },
  {
    fault: 'an assembler is out of memory',
    cure: 'put back once for the next larger size, without a strike; beyond the largest it is failed (`ASM_OOM`)',
    test: {
      file: 'src/core/resolve-outcome.test.ts',
      name: 'out of memory raises the need by one size without a strike, and fails beyond the largest',
    },
    without: [
      {
        file: 'src/core/resolve-outcome.ts',
        find: "  if (unfinished.cure === 'memory') return raiseMemory(unfinished, reason, limits)\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'an assembler hangs for days',
    cure: 'a time limit of its own ends it with its children, and is told apart (`ASM_TIME`): such a run is not tried again',
    test: { file: 'pipelines/assemble-run.test.ts', name: 'the time limit ends an assembler with its children' },
    without: [
      {
        file: 'pipelines/bin/assemble-run.sh',
        find: 'fail 140 ASM_TIME "run=$run" "assembler=$assembler"',
        replace: 'fail 54 ASM_FAIL "run=$run" "assembler=$assembler"',
      },
    ],
  },
  {
    fault: 'the whole pipeline hangs',
    cure: 'the agent ends it when nothing moves, long before the deadline, and hands over what is whole',
    test: { file: `${agent}/limits.test.ts`, name: 'the deadline counts from the start, the stall from the last progress' },
    without: [
      {
        file: `${agent}/limits.ts`,
        find: "  if (nowMs - Math.max(startedAtMs, progressAtMs) >= limits.stallSeconds * 1000) return 'stalled'\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'no contigs, or too few: a result, not a fault',
    cure: 'a reason that no other try can cure fails the run at once, and asks nobody',
    test: { file: 'src/core/resolve-outcome.test.ts', name: 'a reason that no other try can cure fails at once' },
    without: [
      {
        file: 'src/core/resolve-outcome.ts',
        find: "if (unfinished.cure === 'none') return",
        replace: "if (unfinished.cure === 'none' && unfinished.strikes > 9) return",
      },
    ],
  },
  {
    fault: 'an assembly outside the bounds of its taxon',
    cure: '`ASM_LEN`, with the figure',
    test: { file: 'pipelines/assemble-run.test.ts', name: 'an assembly outside the bounds that were set is ASM_LEN' },
    without: [
      { file: 'pipelines/bin/assemble-run.sh', find: '[ "$length" -ge "$min_length" ] ||', replace: '[ "$length" -ge 0 ] ||' },
    ],
  },
  {
    fault: 'one bad run stops the batch',
    cure: 'the pipeline is resumed without it, as often as that helps',
    test: {
      file: `${agent}/endings.test.ts`,
      name: 'a run whose failure ends the whole pipeline does not stop the others: they are resumed without it, as often as that helps',
    },
    without: [
      {
        file: `${agent}/work.ts`,
        find: 'left.length > 0 && fruitless < 2 && agent',
        replace: 'left.length > 0 && execution < 2 && agent',
      },
    ],
  },
  {
    fault: 'Nextflow ends early, without a word',
    cure: "its status is not believed, its trace and the run folders are: it is resumed once, and its own error is in the run's reason",
    test: {
      file: `${agent}/endings.test.ts`,
      name: 'a killed Nextflow is noticed, what outlived it is ended, and it is resumed once, without the runs that are settled',
    },
    without: [{ file: `${agent}/pipeline.ts`, find: "...(execution === 1 ? [] : ['-resume']),", replace: '' }],
  },
  {
    fault: 'one slow run keeps the droplet for hours',
    cure: 'runs that are done are brought home meanwhile; at the deadline the rest is put back, and the machine goes',
    test: {
      file: `${agent}/endings.test.ts`,
      name: 'the deadline ends the pipeline with all that it left, and what was unfinished is to be tried again',
    },
    without: [
      {
        file: `${agent}/limits.ts`,
        find: "  if (nowMs - startedAtMs >= limits.deadlineSeconds * 1000) return 'deadline'\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'a worker is ended by its own deadline with results on it',
    cure: 'the deadline ends the pipeline, never the machine or its sshd: a machine with unproved results is dismissed only when they are at home',
    test: {
      file: 'src/daemon/stages/destroy/plan.test.ts',
      name: 'a worker is dismissed when its batch is settled and its sources are removed',
    },
    without: [
      {
        file: 'src/daemon/stages/destroy/plan.ts',
        find: '  if (worker.unproved > 0 || worker.unremoved > 0) return undefined\n',
        replace: '',
      },
    ],
  },
]
