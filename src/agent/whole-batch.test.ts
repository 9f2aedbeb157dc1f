import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatManifest, parseManifest } from '../transfer/manifest.ts'
import { anAssignment, inShort, type MachineBed, testToken } from './testing/machine-bed.ts'
import { type Life, onBothNodes } from './testing/on-both-nodes.ts'
import type { StubStep } from './testing/stub-plan.ts'

const [one, two, three] = ['ERR000001', 'ERR000002', 'ERR000003']

function wholeRun(run: string): StubStep {
  return {
    kind: 'outputs',
    run,
    files: { [`${run}/contigs.fa`]: `>${run}\nACGT\n`, [`${run}/reads/${run}.fastq.gz`]: 'reads' },
    complete: 'right',
  }
}

const batch: StubStep[] = [
  { kind: 'task', run: one, process: 'FETCH', status: 'COMPLETED', exit: '0' },
  wholeRun(one),
  {
    kind: 'task',
    run: two,
    process: 'FETCH',
    status: 'FAILED',
    exit: '44',
    action: 'IGNORE',
    stderr: 'noise\n\u001b[31mmicrofetch-reason: DL_MD5 file=x.gz expected=a got=b\u001b[0m\n',
  },
  { kind: 'task', run: three, process: 'ASSEMBLE', status: 'FAILED', exit: '137', action: 'RETRY' },
  { kind: 'task', run: three, process: 'ASSEMBLE', status: 'COMPLETED', exit: '0', attempt: 2 },
  { kind: 'wait for', file: 'go-on' },
  wholeRun(three),
  { kind: 'print', text: `the pipeline talks \u001b[1mloudly\u001b[0m` },
]

/** Every file of a handed-over run has the size and hash of its manifest, and the manifest the hash that was announced. */
function assertWhole(bed: MachineBed, run: string, announced: string): void {
  const folder = bed.path(`results/${run}`)
  const text = readFileSync(join(folder, 'manifest.sha256'), 'utf8')
  assert.equal(createHash('sha256').update(text).digest('hex'), announced)
  const manifest = parseManifest(text)
  for (const file of manifest) {
    const content = readFileSync(join(folder, file.path))
    assert.equal(content.length, file.bytes)
    assert.equal(createHash('sha256').update(content).digest('hex'), file.sha256)
  }
  assert.equal(formatManifest(manifest), text)
  assert.deepEqual(
    manifest.map(file => file.path),
    ['contigs.fa', `reads/${run}.fastq.gz`, 'run-complete.json'],
  )
}

const lives: Life[] = [
  [
    'a batch is worked through: whole runs are handed over while the others work, failed ones with their reason, the closing document last',
    async bed => {
      bed.daemon.waits = 2
      bed.lay({ executions: [{ steps: batch, end: { exit: 0 } }] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      await bed.until(() => bed.daemon.acknowledged('outcome').length === 1, 'the first run is told while the pipeline works')
      assert.ok(existsSync(bed.path(`results/${one}/contigs.fa`)))
      assert.ok(!existsSync(bed.path('results/DONE.json')))
      assert.ok(!existsSync(bed.path(`out/${one}`)), 'its output folder is spent')
      await bed.until(() => bed.standing()?.progress.runsFailed === 1, 'the failing run shows in the progress')
      bed.makeLaunchFile('go-on')

      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'finished')
      assert.deepEqual(closing.outcomes.map(inShort), [`${one} done`, `${three} done`, `${two} failed DL_MD5 retry`])
      for (const outcome of closing.outcomes) {
        if (outcome.outcome === 'done') assertWhole(bed, outcome.runAccession, outcome.manifestSha256)
        else assert.equal(outcome.detail, 'file=x.gz expected=a got=b process=FETCH exit=44 attempt=1')
      }
      assert.match(closing.logTail, /the pipeline talks loudly\n/)
      assert.deepEqual(readdirSync(bed.path('results.tmp')), [])
      // Of the two runs that are whole nothing is left to work on; the failed task's folder stays.
      assert.equal(readdirSync(bed.path('work')).length, 2, 'the failed and the retried task')

      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
      assert.deepEqual(
        bed.daemon.acknowledged('outcome').map(heard => heard.body.outcome),
        closing.outcomes,
      )
      await bed.until(() => bed.standing()?.progress.phase === 'done', 'it waits to be destroyed')
      assert.deepEqual([bed.standing()?.progress.runsDone, bed.standing()?.progress.runsFailed], [2, 1])
      assert.equal(bed.agent?.exitCode, null)
      bed.daemon.status = 410
      assert.equal(await bed.untilExit(), 0)
      assert.deepEqual(bed.daemon.wrong, [])
    },
  ],
  [
    'beats grow, carry the progress, and keep the standing on the disk; every callback names the machine and bears the token',
    async bed => {
      bed.lay({ executions: [{ steps: [wholeRun(one)], end: 'hang' }] }, anAssignment(bed.attemptId, [one]))
      bed.start()
      await bed.until(
        () => bed.daemon.acknowledged('beat').some(heard => heard.body.progress?.runsDone === 1),
        'a beat tells of the run',
      )
      const beats = bed.daemon.acknowledged('beat').map(heard => heard.body.beat ?? 0)
      assert.deepEqual(
        beats,
        [...new Set(beats)].sort((a, b) => a - b),
      )
      const standing = bed.standing()
      assert.equal(standing?.attemptId, bed.attemptId)
      assert.deepEqual(standing?.outcomes.map(inShort), [`${one} done`])
      assert.ok((standing?.progress.bytesWritten ?? 0) > 0 && (standing?.progress.freeDiskBytes ?? 0) > 0)
      const machine = JSON.parse(bed.read('machine.json')) as { machineId: string; name: string; pid: number }
      assert.equal(machine.name, 'mf-test')
      assert.equal(machine.pid, bed.agent?.pid)
      assert.ok(
        bed.daemon.heard.every(heard => heard.token === `Bearer ${testToken}` && heard.body.machineId === machine.machineId),
      )
    },
  ],
  [
    'the pipeline is started as agreed, and sees neither token nor the rest of the environment',
    async bed => {
      const assignment = anAssignment(bed.attemptId, [one], { environment: { https_proxy: 'http://proxy:1' }, memoryGb: 7 })
      const params = { memory: '{memoryGb} GB', keep: 'both', empty: '', below: '-3' }
      const recipe = { ...assignment.recipe, project: 'https://host/x/y', revision: 'v1', params }
      const steps: StubStep[] = [{ kind: 'print', text: 'hello' }, wholeRun(one)]
      bed.lay({ executions: [{ steps, end: { exit: 0 } }] }, { ...assignment, recipe })
      bed.start()
      await bed.untilClosed()
      const started = bed.read('launch/arguments.txt')
      assert.match(started, /^run https:\/\/host\/x\/y -revision v1 -profile path -c /)
      assert.match(
        started,
        / -ansi-log false --input \S+samplesheet.csv --outdir \S+out --memory 7 GB --keep both --empty= --below=-3 /,
      )
      assert.equal(bed.read('launch/samplesheet-1.csv'), `run,file,sources\n${one},${one}.fastq.gz,http://127.0.0.1/${one}\n`)
      const environment = bed.read('launch/environment.txt').split('\n')
      assert.ok(environment.includes('https_proxy=http://proxy:1') && environment.includes('MICROFETCH_MACHINE=mf-test'))
      assert.ok(environment.includes(`MICROFETCH_PIPELINE=${bed.attemptId}`))
      assert.ok(!environment.join().includes('SECRET_OF_THE_PROVIDER') && !environment.join().includes(testToken))
      for (const file of ['agent.log', 'pipeline.log', 'standing.json', 'results/DONE.json']) {
        assert.ok(bed.read(file).length > 0 && !bed.read(file).includes(testToken), file)
      }
    },
  ],
]

onBothNodes('an agent', lives)
