import type { Cure, Disabling } from './cure.ts'

const transfer = 'src/transfer'
const hazards = `${transfer}/collect/rsync-hazards.test.ts`
const overSsh = `${transfer}/collect/hazards-over-ssh.test.ts`

/** What has arrived is stored without a look. */
const unproved: Disabling = {
  file: `${transfer}/collect/store-delivery.ts`,
  find: 'if (differences.length > 0) {\n    const problem',
  replace: 'if (differences.length > 100_000) {\n    const problem',
}

const partial = {
  file: `${transfer}/rsync.ts`,
  find: "`--partial-dir=${partialFolderName}`,\n    '--delay-updates',",
}

/** What rsync alone does, tried with 3.5.0, and what is done about it. */
export const rsyncCures: readonly Cure[] = [
  {
    fault:
      '`--remove-source-files` leaves empty folders: an empty folder does not say that all is done, nor a full one that it is not',
    cure: 'only files count, before and after',
    test: { file: overSsh, name: 'empty folders that are left are not taken for results, nor for what is left of them' },
    without: [
      {
        file: `${transfer}/collect/remove-over-ssh.ts`,
        find: ".filter(entry => entry.kind !== 'folder')",
        replace: '',
      },
    ],
  },
  {
    fault: 'a file that is still being written: status 0, a part of it at home, and its source gone',
    cure: 'the files must have the sizes of the manifest before they are copied, and its hashes before they are stored; removing is a step of its own, long after',
    test: { file: hazards, name: 'a file that is still being written is not collected, and nothing of it is removed' },
    without: [
      unproved,
      {
        file: `${transfer}/collect/fetch-incoming.ts`,
        find: '  if (differences.length === 0) return\n',
        replace: '  if (differences.length < 100_000) return\n',
      },
    ],
  },
  {
    fault: 'a file that changes during its transfer: a torn copy under the final name',
    cure: 'what came is hashed again at home; what is not as the manifest says is not stored',
    test: { file: overSsh, name: 'a file that changes during its transfer is not stored' },
    without: [unproved],
  },
  {
    fault: 'one unreadable file among several: the others are moved already',
    cure: 'status 23 ends the try: a run is at home as a whole or not at all, and the next try is whole',
    test: {
      file: `${transfer}/rsync.test.ts`,
      name: 'is a Problem that passes when a listed file is missing, and keeps what came',
    },
    without: [
      {
        file: `${transfer}/rsync-exit.ts`,
        find: '  if (exit.status === 0) return undefined\n',
        replace: '  if (exit.status === 0 || exit.status === 23) return undefined\n',
      },
    ],
  },
  {
    fault: 'a stale file of the same size and time at home: kept, with status 0, and the new source is deleted',
    cure: 'files are compared by content (`--checksum`), and each delivery has a place of its own in the library',
    test: { file: hazards, name: 'a stale file of the same size and time in incoming is replaced' },
    without: [{ file: `${transfer}/rsync.ts`, find: "    '--checksum',\n", replace: '' }],
  },
  {
    fault: 'a link in the place of a result: copied as a link, its source removed, dead with the machine',
    cure: 'over ssh what it leads to is copied, for it can only lead to files of that machine',
    test: { file: overSsh, name: 'a link in the place of a result is copied as what it leads to' },
    without: [
      {
        file: `${transfer}/rsync-source.ts`,
        find: "['--no-links', '--remote-option=--copy-links']",
        replace: "['--links']",
      },
    ],
  },
  {
    fault: 'the same on a machine that is a folder of this computer, where it could lead to any file of ours',
    cure: 'refused, and a person is told; an agent hands over the files that links lead to, never links',
    test: { file: hazards, name: 'links in the place of results are not collected' },
    without: [
      { file: `${transfer}/check-sources.ts`, find: '  if (!status.isFile()) return', replace: '  if (status.isFIFO()) return' },
    ],
  },
  {
    fault: 'the disk at home is full: status 11 or 23, for ever',
    cure: 'known by its words whatever the status: the library counts as full, all collection and every create waits until there is space',
    test: { file: `${transfer}/rsync.test.ts`, name: 'is a full disk when it says so, whatever the status' },
    without: [
      {
        file: `${transfer}/rsync-exit.ts`,
        find: 'if (diskFull.test(exit.complaint))',
        replace: 'if (diskFull.test(exit.signal ?? ""))',
      },
    ],
  },
  {
    fault: 'a folder that is missing looks like a partial transfer (status 23)',
    cure: 'the manifest is looked for first; where there is none and none was announced, the run is *not yet* there',
    test: { file: overSsh, name: 'a folder that is missing or empty is not collected' },
    without: [
      {
        file: `${transfer}/collect/rsync-collector.ts`,
        find: '    if (run.manifestSha256 === undefined) return undefined\n',
        replace: '',
      },
    ],
  },
  {
    fault: 'an empty source: status 0, and nothing was brought',
    cure: 'a run whose manifest was announced must have it there: anything else is a failure, not "nothing to do"',
    test: { file: hazards, name: 'an empty source is not collected' },
    without: [
      {
        file: `${transfer}/collect/rsync-collector.ts`,
        find: '    if (run.manifestSha256 === undefined) return undefined\n',
        replace: '    return undefined\n',
      },
    ],
  },
  {
    fault: 'status 0 with other bytes',
    cure: 'status 0 is necessary and not sufficient: SHA-256 of every file is',
    test: { file: hazards, name: 'a success of rsync that brought other bytes is not believed, and passes' },
    without: [
      {
        file: `${transfer}/verify-manifest.ts`,
        find: 'if (hashed.sha256 !== file.sha256)',
        replace: 'if (hashed.sha256.length !== file.sha256.length)',
      },
    ],
  },
  {
    fault: 'interrupted with `--partial`: a truncated file under its final name',
    cure: '`--partial-dir`: nothing half-copied ever stands under its final name',
    test: {
      file: `${transfer}/rsync.test.ts`,
      name: 'leaves nothing under the final name when it is interrupted, and goes on from there',
    },
    without: [{ ...partial, replace: "'--partial'," }],
  },
  {
    fault: 'interrupted without `--partial`: all that came is thrown away',
    cure: '`--partial-dir`: the next try goes on with what came',
    test: {
      file: overSsh,
      name: 'a line that is cut stores nothing under a final name, and the next try goes on with what came',
    },
    without: [{ ...partial, replace: '' }],
  },
  {
    fault: '`--remove-source-files` removes what it takes for the same, before anybody has looked at the copy',
    cure: 'removing comes after the receipt, and takes only what has been read on both sides and is the same, byte for byte',
    test: {
      file: `${transfer}/collect/rsync-collector.test.ts`,
      name: 'leaves what is not byte for byte in the library, and says what',
    },
    without: [{ file: `${transfer}/collect/remove-from-folder.ts`, find: 'here?.sha256 === file.sha256 && ', replace: '' }],
  },
  {
    fault: 'a copy at home that was damaged after it was stored, when its source is to be removed',
    cure: 'the copy in the library is read again just before; the source stays when it is not what its receipt says',
    test: {
      file: `${transfer}/collect/removing-over-ssh.test.ts`,
      name: 'leaves everything when the copy in the library is not what its receipt says',
    },
    without: [
      {
        file: `${transfer}/collect/remove-over-ssh.ts`,
        find: 'if (await stillHolds(copy.folder, file)) held.push(file)',
        replace: 'held.push(file)',
      },
    ],
  },
  {
    fault: 'an rsync that outlives its collector writes on in the folder that it was given',
    cure: 'what has arrived is moved, file by file, into a fresh folder and proved there',
    test: {
      file: hazards,
      name: 'an rsync that outlives its collector cannot touch what is proved, though it still works in the folder that it was given',
    },
    without: [
      {
        file: `${transfer}/collect/store-delivery.ts`,
        find: '  await makeFolders(library.folder, whole, 0o700)\n',
        replace:
          '  await rename(join(library.folder, incoming), join(library.folder, whole))\n  if (found.manifest.length > 0) return whole\n',
      },
    ],
  },
]
