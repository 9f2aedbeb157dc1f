import type { FileShape } from '../scenario.ts'
import type { Fault } from './fault.ts'

const lists = ['fastq_ftp', 'fastq_bytes', 'fastq_md5', 'fastq_aspera', 'fastq_galaxy']

function editLists(edit: (cell: string) => string, columns: readonly string[] = lists): Record<string, (cell: string) => string> {
  return Object.fromEntries(columns.map(column => [column, edit]))
}

function shapeFault<Name extends string>(
  name: Name,
  does: string,
  shape: FileShape,
  layout?: string,
): Fault & { readonly name: Name } {
  return {
    name,
    does,
    strikes: [],
    change: () => ({ shape, ...(layout === undefined ? {} : { cells: { library_layout: layout } }) }),
  }
}

/** Faults of a row's lists of files. They last until disarmed, for the run that the match names or for all. */
export const rowFiles = [
  {
    name: 'row-trailing-semicolon',
    does: 'Every list of files ends with a semicolon.',
    strikes: [],
    change: () => ({ edits: editLists(cell => (cell === '' || cell.endsWith(';') ? cell : `${cell};`)) }),
  },
  {
    name: 'row-list-length-mismatch',
    does: 'There is one MD5 less than there are files.',
    strikes: [],
    change: () => ({ edits: editLists(cell => cell.split(';').slice(0, -1).join(';'), ['fastq_md5']) }),
  },
  {
    name: 'row-md5-missing',
    does: 'Files are listed without any MD5.',
    strikes: [],
    change: () => ({ cells: { fastq_md5: '' } }),
  },
  {
    name: 'row-md5-stale',
    does: 'The listed MD5 is that of files which the archive has since made anew.',
    strikes: [],
    change: () => ({
      edits: { fastq_md5: (cell: string) => cell.replace(/[0-9a-f]/g, digit => (15 - parseInt(digit, 16)).toString(16)) },
    }),
  },
  {
    name: 'row-mates-swapped',
    does: 'All lists name the second mate first.',
    strikes: [],
    change: () => ({ edits: editLists(cell => cell.split(';').reverse().join(';')) }),
  },
  {
    name: 'row-address-with-scheme',
    does: 'Addresses of files begin with ftp://.',
    strikes: [],
    change: () => ({ edits: editLists(cell => cell.replace(/[^;]+/g, 'ftp://$&'), ['fastq_ftp']) }),
  },
  shapeFault('row-empty-files', 'No files are listed; disarmed, they come, and no day has changed.', 'none'),
  shapeFault('row-orphan-first', 'Three files, the reads without a mate first.', 'orphan-first', 'PAIRED'),
  shapeFault('row-single-with-two', 'Filed as SINGLE with two mate files.', 'single-two-files', 'SINGLE'),
  shapeFault('row-paired-with-one', 'Filed as PAIRED with one file.', 'paired-one-file', 'PAIRED'),
  shapeFault('row-subreads', 'One file whose name ends with _subreads.', 'subreads', 'SINGLE'),
  {
    name: 'row-files-regenerated',
    does: 'The archive has made the files anew: other bytes and MD5, the same days.',
    strikes: [],
    change: () => ({ revision: 1 }),
  },
  {
    name: 'row-suppressed',
    does: 'The run is gone from searches and counts and still found by its accession.',
    strikes: [],
    change: () => ({ hidden: 'suppressed' }),
  },
  {
    name: 'row-withdrawn',
    does: 'Nobody knows the run, and its files are gone.',
    strikes: [],
    change: () => ({ hidden: 'withdrawn' }),
  },
  {
    name: 'row-taxon-moved',
    does: 'The run belongs to another taxon (the root) than before.',
    strikes: [],
    defaults: { value: '1' },
    change: (_row, { value }) => ({ taxId: Number(value) }),
  },
] as const satisfies readonly Fault[]
