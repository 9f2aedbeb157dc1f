import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Problem } from '../core/problem.ts'
import { formatManifest, type ManifestFile, manifestName, parseManifest, requireSafePath } from '../transfer/manifest.ts'
import { isCode, shownMode, syncFolder, writeFileAtomically } from './atomic-file.ts'
import type { FolderPaths } from './folder-paths.ts'
import { openLeft } from './open-left.ts'
import type { PipelineUser } from './pipeline-user.ts'
import type { OutputFile } from './output-files.ts'

/** A run that is about to be handed over. */
export interface RunToTake {
  run: string
  files: OutputFile[]
  /** SHA-256 by source path, where the pipeline has said what it should be. */
  expected: ReadonlyMap<string, string>
}

const chunkBytes = 1024 * 1024

/**
 * Copies a run's files with their manifest into `results/<run>/`, which appears whole or not at all; gives the manifest's SHA-256.
 * Throws a Problem: `no-space`; `broken-answer` when a name or a kind of file cannot be handed over at all; `not-found` when a file is
 * missing or not what the pipeline said (yet).
 */
export async function takeRun(
  paths: FolderPaths,
  { run, files, expected }: RunToTake,
  gone: AbortSignal,
  user?: PipelineUser,
): Promise<string> {
  const temporary = join(paths.resultsTmp, run)
  try {
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true })
    const from = { inside: await realpath(paths.folder), user }
    const manifest: ManifestFile[] = []
    for (const file of files) {
      requireSafePath(file.path)
      manifest.push(await takeFile(file, temporary, from, expected.get(file.source), gone))
    }
    if (manifest.reduce((sum, file) => sum + file.bytes, 0) === 0)
      throw new Problem('not-found', 'it has no output, or only empty files')
    const text = formatManifest(manifest)
    // Whoever collects will read it just so: what cannot be read back must not be handed over.
    parseManifest(text)
    await writeFileAtomically(join(temporary, manifestName), text, true, shownMode)
    await syncFolders(temporary, manifest)
    const whole = join(paths.results, run)
    await rm(whole, { recursive: true, force: true }) // of an agent that died between this rename and its word of it
    await rename(temporary, whole)
    await syncFolder(paths.results)
    return createHash('sha256').update(text).digest('hex')
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw asProblem(error)
  }
}

async function takeFile(
  file: OutputFile,
  folder: string,
  { inside, user }: { inside: string; user: PipelineUser | undefined },
  sha256: string | undefined,
  gone: AbortSignal,
): Promise<ManifestFile> {
  const real = await realpath(file.source)
  // Nextflow may publish links into its work folder; their content is ours to copy. What lies elsewhere on the machine is not.
  if (!real.startsWith(inside + sep)) throw new Problem('broken-answer', `${file.path} is a link that leads outside`)
  const from = await openLeft(real, user).catch((error: unknown) => {
    throw error instanceof Problem ? new Problem(error.code, `${file.path}: ${error.message}`) : error
  })
  try {
    const target = join(folder, ...file.path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    const to = await open(target, 'wx', 0o644)
    try {
      const copied = await copyAndHash(from, to, gone)
      if (sha256 !== undefined && copied.sha256 !== sha256) {
        throw new Problem('not-found', `file=${file.path} expected=${sha256} got=${copied.sha256}`)
      }
      return { path: file.path, ...copied }
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

async function copyAndHash(from: FileHandle, to: FileHandle, gone: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(chunkBytes)
  let bytes = 0
  for (;;) {
    if (gone.aborted) throw new Problem('not-allowed', 'the attempt is closed')
    const { bytesRead } = await from.read(buffer, 0, chunkBytes, bytes)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(0, bytesRead)
    hash.update(chunk)
    await writeAll(to, chunk, bytes)
    bytes += bytesRead
  }
  await to.sync()
  return { bytes, sha256: hash.digest('hex') }
}

async function writeAll(to: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await to.write(chunk, written, chunk.length - written, position + written)).bytesWritten
  }
}

async function syncFolders(folder: string, manifest: readonly ManifestFile[]): Promise<void> {
  const folders = new Set([folder])
  for (const { path } of manifest) {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(join(folder, at))
  }
  for (const each of folders) await syncFolder(each)
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isCode(error, 'ENOSPC', 'EDQUOT')) return new Problem('no-space', 'the disk is full', { cause: error })
  return new Problem('not-found', 'a file could not be taken', { cause: error })
}
