import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { link, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { checkSources } from './check-sources.ts'
import { describeDifferences } from './difference.ts'
import { verifyManifest } from './verify-manifest.ts'
import { inScratchFolder, manifestOf, writeFiles } from './testing/scratch-folder.ts'

const files = { 'assembly/contigs.fasta': '>c\nACGT\n', 'reads/r_1.fastq.gz': 'reads', 'empty.txt': '' }
const manifest = manifestOf(files)

/** Spoils a folder that was right, and gives what is then seen of it. */
async function after(spoil: (folder: string) => Promise<unknown>): Promise<string[]> {
  let seen: string[] = []
  await inScratchFolder(async folder => {
    await writeFiles(folder, files)
    await spoil(folder)
    seen = (await verifyManifest(folder, manifest, true)).map(({ path, what }) => `${what}: ${path}`)
  })
  return seen
}

suite('a folder compared with its manifest', () => {
  test('is proved when every file is there and nothing else', async () => {
    assert.deepEqual(await after(async () => undefined), [])
  })

  test('is not proved with a file missing', async () => {
    assert.deepEqual(await after(folder => rm(join(folder, 'empty.txt'))), ['missing: empty.txt'])
  })

  test('is not proved with other bytes of the same size', async () => {
    assert.deepEqual(await after(folder => writeFile(join(folder, 'reads/r_1.fastq.gz'), 'READS')), [
      'sha256: reads/r_1.fastq.gz',
    ])
  })

  test('is not proved with a file that is cut or has grown', async () => {
    assert.deepEqual(await after(folder => writeFile(join(folder, 'reads/r_1.fastq.gz'), 'read')), ['size: reads/r_1.fastq.gz'])
    assert.deepEqual(await after(folder => writeFile(join(folder, 'empty.txt'), '!')), ['size: empty.txt'])
  })

  test('is not proved with a hole where the bytes should be', async () => {
    const hole = async (folder: string) => {
      await truncate(join(folder, 'reads/r_1.fastq.gz'), 0)
      await truncate(join(folder, 'reads/r_1.fastq.gz'), 5)
    }
    assert.deepEqual(await after(hole), ['sha256: reads/r_1.fastq.gz'])
  })

  test('is not proved with anything extra: a file, a folder, a link, a FIFO', async () => {
    assert.deepEqual(await after(folder => writeFile(join(folder, 'more'), '')), ['extra: more'])
    assert.deepEqual(await after(folder => mkdir(join(folder, 'reads/more'))), ['extra: reads/more'])
    assert.deepEqual(await after(folder => symlink('empty.txt', join(folder, 'more'))), ['extra: more'])
    assert.deepEqual(await after(async folder => execFileSync('mkfifo', [join(folder, 'more')])), ['extra: more'])
  })

  test('is not proved with a link or a FIFO in the place of a file, though the bytes behind it are right', async () => {
    const linked = async (folder: string) => {
      await rename(join(folder, 'reads/r_1.fastq.gz'), join(folder, 'reads/real'))
      await symlink('real', join(folder, 'reads/r_1.fastq.gz'))
    }
    assert.deepEqual(await after(linked), ['extra: reads/real', 'not a regular file: reads/r_1.fastq.gz'])
    const fifo = async (folder: string) => {
      await rm(join(folder, 'empty.txt'))
      execFileSync('mkfifo', [join(folder, 'empty.txt')])
    }
    assert.deepEqual(await after(fifo), ['not a regular file: empty.txt'])
  })

  test('is not proved while a file has a second name, through which it could still be changed', async () => {
    const second = async (folder: string) => {
      await link(join(folder, 'reads/r_1.fastq.gz'), join(folder, 'reads/again'))
    }
    assert.deepEqual(await after(second), ['extra: reads/again', 'shared with another name: reads/r_1.fastq.gz'])
  })

  test('is described without what could steer a terminal', () => {
    const differences = Array.from({ length: 7 }, (_, number) => ({
      path: `\u001b[31m${number}`,
      what: 'extra' as const,
      detail: '',
    }))
    const text = describeDifferences(differences)
    assert.equal(text.includes('\u001b'), false)
    assert.match(text, /and 2 more$/)
  })
})

suite('files on this computer, before they are copied', () => {
  async function checkAfter(spoil: (run: string, root: string) => Promise<unknown>): Promise<string[]> {
    let seen: string[] = []
    await inScratchFolder(async root => {
      const run = join(root, 'machine/results/ERR1')
      await writeFiles(run, files)
      await spoil(run, root)
      seen = (await checkSources(join(root, 'machine'), 'results/ERR1', manifest)).map(({ path, what }) => `${what}: ${path}`)
    })
    return seen
  }

  test('are sound when each is a regular file of its size; what else lies there does not matter', async () => {
    assert.deepEqual(await checkAfter(run => symlink('/etc/passwd', join(run, 'more'))), [])
  })

  test('are not sound behind a link anywhere on the way', async () => {
    const instead = (path: string) => async (run: string, root: string) => {
      const at = join(run, path)
      await rm(at, { recursive: true })
      await writeFiles(join(root, 'elsewhere'), files)
      await symlink(join(root, 'elsewhere', path), at)
    }
    assert.deepEqual(await checkAfter(instead('empty.txt')), ['not a regular file: empty.txt'])
    assert.deepEqual(await checkAfter(instead('assembly')), ['not a regular file: results/ERR1/assembly'])
    assert.deepEqual(await checkAfter(instead('.')), ['not a regular file: results/ERR1'])
    const results = async (run: string, root: string) => {
      await rm(join(run, '..'), { recursive: true })
      await writeFiles(join(root, 'elsewhere/ERR1'), files)
      await symlink(join(root, 'elsewhere'), join(run, '..'))
    }
    assert.deepEqual(await checkAfter(results), ['not a regular file: results'])
  })

  test('are not sound as holes, even of the promised size', async () => {
    await inScratchFolder(async root => {
      await writeFiles(root, { 'run/hole': '' })
      await truncate(join(root, 'run/hole'), 1e12)
      const [difference] = await checkSources(root, 'run', [{ path: 'hole', bytes: 1e12, sha256: 'a'.repeat(64) }])
      assert.match(difference?.detail ?? '', /claims 1000000000000 bytes/)
    })
  })

  test('are not sound with another size or when one is missing', async () => {
    assert.deepEqual(await checkAfter(run => truncate(join(run, 'empty.txt'), 1e12)), ['size: empty.txt'])
    assert.deepEqual(await checkAfter(run => rm(join(run, 'empty.txt'))), ['missing: empty.txt'])
  })
})
