import type { Cure } from './cure.ts'

const transfer = 'src/transfer'
const overSsh = `${transfer}/collect/hazards-over-ssh.test.ts`

/** What befalls droplets that run, and the lines to them: what the test cloud does to the hosts of its droplets. */
export const hostCures: readonly Cure[] = [
  {
    fault: 'another droplet has the address of one that is gone',
    cure: "the machine is known by the host key that was made for its attempt, under the attempt's own name, never by its address: nothing is asked of another one, and a person is told",
    test: {
      file: `${transfer}/collect/real-ssh.test.ts`,
      name: 'a machine with another host key is somebody else’s: nothing is asked of it, and a person must look',
    },
    without: [
      {
        file: `${transfer}/ssh-command.ts`,
        find: "StrictHostKeyChecking: 'yes',\n      UserKnownHostsFile",
        replace: "StrictHostKeyChecking: 'no',\n      UserKnownHostsFile",
      },
    ],
  },
  {
    fault: 'a host is lost in the middle of a transfer, and comes back',
    cure: 'nothing is stored or removed; what came is kept aside, and the next try goes on from there',
    test: {
      file: overSsh,
      name: 'a line that is cut stores nothing under a final name, and the next try goes on with what came',
    },
    without: [
      {
        file: `${transfer}/rsync.ts`,
        find: "    `--partial-dir=${partialFolderName}`,\n    '--delay-updates',\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'a line is slow, or loses packets',
    cure: 'a transfer may be slow and go on for hours; it is ended when nothing moves, or when it is slower than any line of use, and goes on in the next try',
    test: { file: `${transfer}/run-rsync.test.ts`, name: 'is ended when it takes longer, even when it does not listen' },
    without: [
      { file: `${transfer}/run-rsync.ts`, find: 'this.#after(bounds.seconds * 1000, () => this.#end(tooLong))', replace: '' },
    ],
  },
  {
    fault: 'a host is frozen: it takes the connection and says nothing',
    cure: 'ssh gives up after the time to connect, and it is tried again later',
    test: {
      file: `${transfer}/collect/frozen-machine.test.ts`,
      name: 'is given up after the time to connect, and may answer later',
    },
    without: [{ file: `${transfer}/ssh-command.ts`, find: 'ConnectTimeout: String(seconds),', replace: '' }],
  },
  {
    fault: 'the disk of a droplet is full',
    cure: 'a run whose results found no space is put back for another machine, the others are handed over',
    test: { file: 'src/agent/settle-unfinished.test.ts', name: 'a run whose results found no space is worth another machine' },
    without: [
      {
        file: 'src/agent/settle-unfinished.ts',
        find: "if (hindrances.get(run)?.problem.code === 'no-space')",
        replace: "if (hindrances.get(run)?.problem.code === 'wait')",
      },
    ],
  },
  {
    fault: 'a droplet is out of memory',
    cure: 'what the kernel killed asked for too much: the run is put back for the next larger size',
    test: {
      file: 'src/agent/outcome-of-run.test.ts',
      name: 'where the recipe says nothing, the task does, and else what such a status mostly means',
    },
    without: [{ file: 'src/agent/outcome-of-run.ts', find: '    case 137:\n', replace: '    case 138:\n' }],
  },
]
