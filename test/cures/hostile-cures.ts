import type { Cure, Shown } from './cure.ts'

const transfer = 'src/transfer'
const manifest = `${transfer}/manifest.ts`

function gainsNothing(name: string): Shown {
  return { file: `${transfer}/collect/hostile-files.test.ts`, name: `gains nothing with ${name}`, written: `'${name}'` }
}

function senderGainsNothing(name: string): Shown {
  return { file: `${transfer}/collect/hostile-sender.test.ts`, name: `that ${name} gains nothing`, written: `'${name}'` }
}

/** What a worker that is not ours any more may try: nothing outside its own incoming folder, nothing unproved in the library. */
export const hostileCures: readonly Cure[] = [
  {
    fault: '`..` in a path',
    cure: 'no part of a path may be empty, `.` or `..`: the manifest is refused as a whole',
    test: gainsNothing('a path that leads out of the folder by its middle'),
    without: [
      {
        file: manifest,
        find: "if (name === '' || name === '.' || name === '..') return false",
        replace: "if (name === '') return false",
      },
    ],
  },
  {
    fault: 'an absolute path',
    cure: 'refused likewise: its first part is empty',
    test: gainsNothing('an absolute path'),
    without: [{ file: manifest, find: "name === '' || name === '.'", replace: "name === '.'" }],
  },
  {
    fault: 'a link to a file of ours, on a machine that is a folder of this computer',
    cure: 'each file and folder is looked at without following links: a link is refused',
    test: {
      file: `${transfer}/collect/hostile-machine.test.ts`,
      name: 'gains nothing with a folder of ours behind a link',
      written: "'a folder of ours behind a link'",
    },
    without: [
      {
        file: `${transfer}/check-sources.ts`,
        find: 'if (status !== undefined && !status.isDirectory())',
        replace: 'if (status?.isFile() === true)',
      },
    ],
  },
  {
    fault: 'a link that is sent where links were to be followed',
    cure: 'a link that is sent all the same is not made here',
    test: senderGainsNothing('sends links where links were to be followed'),
    without: [
      {
        file: `${transfer}/rsync-source.ts`,
        find: "['--no-links', '--remote-option=--copy-links']",
        replace: "['--links', '--remote-option=--copy-links']",
      },
    ],
  },
  {
    fault: 'a FIFO in the place of a manifest, at which a reader would wait for ever',
    cure: 'only regular files are opened; what is not one is refused, and not waited for',
    test: gainsNothing('a manifest that is a FIFO without a writer'),
    without: [
      {
        file: `${transfer}/collect/reach-over-ssh.ts`,
        find: '  for (const path of paths) if (isPassedOver(said, path)) await standIn(mirror, path)\n',
        replace: '',
      },
    ],
  },
  {
    fault: 'a FIFO or a device among the results',
    cure: 'what a machine lists as anything but a file is no result, and will never be',
    test: gainsNothing('a FIFO among the results'),
    without: [
      {
        file: `${transfer}/collect/compare-listing.ts`,
        find: "if (entry.kind !== 'file') return [",
        replace: "if (entry.kind === 'folder') return [",
      },
    ],
  },
  {
    fault: 'setuid bits, and modes of its own',
    cure: 'files are stored with the modes that are set for the library, whatever the machine says',
    test: {
      file: `${transfer}/collect/hostile-files.test.ts`,
      name: 'does not pass on its modes, its names on the disk or its attributes: files are stored as set',
    },
    without: [
      { file: `${transfer}/rsync.ts`, find: "    '--no-perms',\n    '--chmod=D0700,F0600',\n", replace: "    '--perms',\n" },
      {
        file: `${transfer}/collect/store-delivery.ts`,
        find: "  for (const file of found.manifest) await library.rights.give(join(folder, file.path), 'file')\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'a sparse file of a terabyte',
    cure: 'one run has a largest size; what is beyond it is refused before a byte is asked for, and does not make the library full',
    test: gainsNothing('holes of a terabyte that it promises'),
    without: [
      { file: `${transfer}/collect/fetch-incoming.ts`, find: 'if (bytes > library.mostRunBytes)', replace: 'if (bytes < 0)' },
    ],
  },
  {
    fault: 'a file without an end',
    cure: 'the kernel lets rsync write no file longer than the largest of the manifest',
    test: {
      file: `${transfer}/collect/hostile-sender.test.ts`,
      name: 'that sends without an end is stopped by the kernel, whoever looks or not',
    },
    without: [
      {
        file: `${transfer}/run-rsync.ts`,
        find: 'Math.ceil(bounds.fileBytes / ulimitBlockBytes) + 1',
        replace: 'Math.ceil(bounds.fileBytes / ulimitBlockBytes) + 20_000',
      },
    ],
  },
  {
    fault: 'a million files',
    cure: 'a listing has an end: beyond it the machine is told from one with results',
    test: gainsNothing('a million files beside its results'),
    without: [
      {
        file: `${transfer}/run-rsync.ts`,
        find: 'if (this.#bounds.lines === undefined || this.#lines <= this.#bounds.lines) return',
        replace: 'if (this.#lines >= 0) return',
      },
    ],
  },
  {
    fault: 'a manifest of a million files',
    cure: 'ten thousand are taken for one run',
    test: gainsNothing('more files promised than a result has'),
    without: [
      { file: manifest, find: 'if (lines.length > 2 * mostFiles)', replace: 'if (lines.length > 2000 * mostFiles)' },
      {
        file: manifest,
        find: "if (files.has(folded(path))) throw new Problem('broken-answer'",
        replace: "if (files.has('/')) throw new Problem('broken-answer'",
      },
    ],
  },
  {
    fault: 'a name with a newline, or with an escape for terminals',
    cure: 'control and direction characters have no place in the name of a result',
    test: gainsNothing('a name with an escape for terminals'),
    without: [{ file: manifest, find: 'unsafeCharacters.test(path) || ', replace: '' }],
  },
  {
    fault: 'escapes in what rsync or ssh say',
    cure: 'what comes from the other side is stripped of all that could move a terminal before anybody sees it',
    test: { file: `${transfer}/run-rsync.test.ts`, name: 'is told without what could move a terminal or hide a line' },
    without: [{ file: `${transfer}/run-rsync.ts`, find: 'complaint: plainText(complaint)', replace: 'complaint' }],
  },
  {
    fault: 'two names that are one on some file systems',
    cure: 'names are compared without case and in one form of Unicode',
    test: gainsNothing('names that differ by case alone'),
    without: [{ file: manifest, find: "return path.normalize('NFKC').toLowerCase()", replace: 'return path' }],
  },
  {
    fault: 'a manifest that lies about content',
    cure: 'what arrived is hashed; what is not as it says is not stored, and a person is told when the machine itself has it so',
    test: gainsNothing('another content than its manifest says'),
    without: [
      {
        file: `${transfer}/verify-manifest.ts`,
        find: 'if (hashed.sha256 !== file.sha256)',
        replace: 'if (hashed.sha256.length !== file.sha256.length)',
      },
    ],
  },
  {
    fault: 'a manifest that is another one than announced',
    cure: 'the hash that the agent announced counts',
    test: {
      file: `${transfer}/collect/hostile-files.test.ts`,
      name: 'is not believed when its manifest changes between two looks: the announced one counts',
    },
    without: [
      {
        file: `${transfer}/collect/rsync-collector.ts`,
        find: 'if (run.manifestSha256 !== undefined && run.manifestSha256 !== found.sha256) {',
        replace: 'if (found.sha256 === run.deliveryId) {',
      },
    ],
  },
  {
    fault: '"my disk is full", as if it were ours',
    cure: 'believed only when a file cannot be written here: one machine does not stop the collecting of all',
    test: {
      file: `${transfer}/collect/hostile-sender.test.ts`,
      name: 'that says its disk is full does not stop the collecting of others: ours is not',
    },
    without: [
      {
        file: `${transfer}/collect/fetch-incoming.ts`,
        find: 'return takesMore ? new Problem',
        replace: 'return !takesMore ? new Problem',
      },
    ],
  },
]
