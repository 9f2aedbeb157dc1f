import type { Answer, FileHost } from './file-host.ts'
import { madeFile, type MadeFile } from './made-reads.ts'
import type { SheetLine } from './nextflow-execution.ts'

/** What a made run consists of, and how the host answers for its first file. */
export interface MadeRun {
  mates?: [string | MadeFile, string | MadeFile]
  single?: string | MadeFile
  orphan?: string | MadeFile
  /** Answers for the first file; the others are served whole. */
  answers?: Answer[]
}

/** Offers a run's files at the host and returns its lines of a samplesheet. */
export function offerRun(host: FileHost, run: string, { mates, single, orphan, answers }: MadeRun): SheetLine[] {
  const files: [SheetLine['role'], string, string | MadeFile | undefined][] = [
    ['mate1', `${run}_1.fastq.gz`, mates?.[0]],
    ['mate2', `${run}_2.fastq.gz`, mates?.[1]],
    [mates === undefined ? 'single' : 'orphan', `${run}.fastq.gz`, single ?? orphan],
  ]
  const there = files.flatMap(([role, name, content]) => (content === undefined ? [] : [{ role, name, content }]))
  return there.map(({ role, name, content }, at) => {
    const file = typeof content === 'string' ? madeFile(content) : content
    return {
      run,
      layout: mates === undefined ? 'single' : 'paired',
      file: name,
      role,
      bytes: file.bytes,
      md5: file.md5,
      sources: host.offer(`/vol1/${run}/${name}`, file.body, at === 0 ? answers : undefined),
    }
  })
}
