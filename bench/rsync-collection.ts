/*
 * Collecting beside bare rsync: the shipped collector looks, brings home, proves, stores and removes a machine's runs over a real sshd on
 * this computer; its rivals are `rsync -a` of the same files by the same key, once for all runs and once for each. In pairs, first one and
 * then the other, over a line as fast as it is and over a slow one (`--bwlimit`). Prints the ratios by the clock and by the processor's
 * time, of everything on both sides together.
 *
 *   node bench/rsync-collection.ts [--runs N] [--megabytes N] [--rounds N] [--slow KBYTES]
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { noEffectPoint } from '../src/core/effect-point.ts'
import { rsyncCollector } from '../src/transfer/collect/rsync-collector.ts'
import { findSshd, loopbackUser, openLoopbackSshd, type LoopbackSshd } from '../src/transfer/collect/testing/loopback-sshd.ts'
import { formatManifest } from '../src/transfer/manifest.ts'
import { hashFile } from '../src/transfer/hash-file.ts'
import { processorSeconds } from './processor-seconds.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    megabytes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    slow: { type: 'string', default: '10000' },
  },
})
const accessions = Array.from({ length: Number(values.runs) }, (_none, index) => `ERR${1_000_001 + index}`)
const paths = ['assembly/contigs.fasta', 'reads/r_1.fastq.gz', 'reads/r_2.fastq.gz', 'versions.json'] as const

/** What something took. */
interface Taken {
  seconds: number
  processorSeconds: number
}

const root = mkdtempSync(join(tmpdir(), 'microfetch-bench-'))
const machine = join(root, 'machine')
const sshd = findSshd()
if (sshd === undefined) throw new Error('sshd is needed: install openssh-server')
mkdirSync(join(root, 'scratch'))
const server = await openLoopbackSshd(sshd, join(root, 'sshd'), machine, 'a shell')
try {
  await writeRuns()
  console.log(`${accessions.length} runs of ${values.megabytes} MB, ${values.rounds} rounds`)
  for (const kbytes of [undefined, Number(values.slow)]) await compare(kbytes)
} finally {
  await server.close()
  rmSync(root, { recursive: true, force: true })
}

/** Random bytes, for results are compressed; a third each for contigs and reads, and a small file. */
async function writeRuns(): Promise<void> {
  const bytes = Math.floor((Number(values.megabytes) * 1e6) / 3)
  for (const accession of accessions) {
    const folder = join(root, 'master', accession)
    mkdirSync(join(folder, 'assembly'), { recursive: true })
    mkdirSync(join(folder, 'reads'))
    for (const path of paths) writeFileSync(join(folder, path), path === 'versions.json' ? '{}\n' : randomBytes(bytes))
    const manifest = []
    for (const path of paths) manifest.push({ path, ...((await hashFile(folder, path)) ?? { bytes: 0, sha256: '' }) })
    writeFileSync(join(folder, 'manifest.sha256'), formatManifest(manifest))
  }
}

async function compare(kbytes: number | undefined): Promise<void> {
  const taken: Record<'ours' | 'one rsync' | 'an rsync for each run', Taken[]> = {
    ours: [],
    'one rsync': [],
    'an rsync for each run': [],
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    const acts = [
      async () => void taken.ours.push(await measure(() => collectAll(kbytes))),
      async () => void taken['one rsync'].push(await measure(() => copyBare(['.'], kbytes))),
      async () => void taken['an rsync for each run'].push(await measure(() => copyBare(accessions, kbytes))),
    ]
    // Whoever comes first finds a colder machine: the order turns with each round.
    for (let at = 0; at < acts.length; at++) await acts[(at + round) % acts.length]?.()
  }
  console.log(`\n${kbytes === undefined ? 'the line as fast as it is' : `${kbytes} kB/s`}`)
  console.log(`ours: ${median(taken.ours, 'seconds')} s, ${median(taken.ours, 'processorSeconds')} s of the processor`)
  for (const rival of ['one rsync', 'an rsync for each run'] as const) {
    const [clock, processor] = [ratios(taken.ours, taken[rival], 'seconds'), ratios(taken.ours, taken[rival], 'processorSeconds')]
    const own = `${median(taken[rival], 'seconds')} s, ${median(taken[rival], 'processorSeconds')} s of the processor`
    console.log(`${rival}: ${own}; ours takes ${clock} by the clock, ${processor} by the processor (median, least to most)`)
  }
}

/** Every round has its own copy of the files (by hard links) and an empty folder to bring them to. */
async function measure(act: () => Promise<void>): Promise<Taken> {
  rmSync(machine, { recursive: true, force: true })
  mkdirSync(machine)
  execFileSync('cp', ['-al', join(root, 'master'), join(machine, 'results')])
  rmSync(join(root, 'to'), { recursive: true, force: true })
  mkdirSync(join(root, 'to'))
  const [begun, spent] = [performance.now(), spentSeconds()]
  await act()
  return { seconds: (performance.now() - begun) / 1000, processorSeconds: spentSeconds() - spent }
}

function spentSeconds(): number {
  // The connection that our acts share is held by an ssh that is nobody's child; its socket names it.
  return processorSeconds([process.pid, server.pid], join(root, 'scratch'))
}

/** As a daemon does it with a machine that has finished: one look, then each run. */
async function collectAll(kbytes: number | undefined): Promise<void> {
  const collector = rsyncCollector({
    libraryFolder: join(root, 'to', 'library'),
    clock: () => new Date(),
    effect: noEffectPoint,
    log: { say: () => undefined, warn: (text, fields) => console.log(text, fields) },
    ssh: { identityFile: server.identityFile, port: server.port, user: loopbackUser },
    bandwidthKbytes: kbytes,
    scratchFolder: join(root, 'scratch'),
    reserveBytes: 0,
  })
  const place = { attemptId: 'bench', machineId: 'bench', address: '127.0.0.1', hostKey: server.hostKey }
  const looked = await collector.peek(place, accessions)
  if (looked.kind !== 'read') throw new Error(looked.why)
  for (const { runAccession, manifestSha256 } of looked.handedOver) {
    const owed = {
      runAccession,
      manifestSha256,
      deliveryId: runAccession.toLowerCase(),
      revision: 'a',
      recipe: 'fetch',
      recipeIdentity: 'b',
    }
    const collected = await collector.collect(place, { ...owed, taxIds: [] })
    if (collected.kind !== 'proved') throw new Error(JSON.stringify(collected))
    const removed = await collector.remove(place, runAccession)
    if (removed.kind !== 'removed') throw new Error(removed.why)
  }
}

/** What people type: nothing is proved, flushed to the disk or removed. */
async function copyBare(folders: readonly string[], kbytes: number | undefined): Promise<void> {
  for (const folder of folders) await bareRsync(server, folder, kbytes)
}

async function bareRsync({ port, identityFile }: LoopbackSshd, folder: string, kbytes: number | undefined): Promise<void> {
  const shell = `ssh -F none -p ${port} -i ${identityFile} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`
  const limit = kbytes === undefined ? [] : [`--bwlimit=${kbytes}k`]
  execFileSync('rsync', ['-a', ...limit, '-e', shell, `${loopbackUser}@127.0.0.1:results/${folder}/`, join(root, 'to', folder)])
}

function median(taken: readonly Taken[], of: keyof Taken): string {
  return middle(taken.map(each => each[of])).toFixed(2)
}

function ratios(ours: readonly Taken[], rivals: readonly Taken[], of: keyof Taken): string {
  const all = ours.map((each, index) => each[of] / (rivals[index]?.[of] ?? Number.NaN))
  return `${middle(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
