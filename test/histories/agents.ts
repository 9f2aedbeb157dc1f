import type { ClosingDocument, Progress, RunOutcome, Standing } from '../../src/api/closing.ts'
import { hearBeat, hearClosing, hearOutcome, hearRegister, type Hearing } from '../../src/daemon/ledger/heard.ts'
import type { Ledger, Tx } from '../../src/daemon/ledger/ledger.ts'
import { World, type SimMachine } from './world.ts'

/** One step of every agent; whether any of them did something. */
export async function stepAgents(world: World, ledger: Ledger): Promise<boolean> {
  const awake = [...world.machines.values()].filter(machine => isAwake(machine, world))
  for (const machine of awake) await stepAgent(world, ledger, machine)
  return awake.length > 0
}

function isAwake({ agent, bootsAtMs }: SimMachine, world: World): boolean {
  return world.nowMs >= bootsAtMs && agent !== 'dead' && agent !== 'stopped'
}

/** One step: it boots, works on a run, beats or closes, and calls home, which may be in vain. */
async function stepAgent(world: World, ledger: Ledger, machine: SimMachine): Promise<void> {
  if (machine.agent !== 'closed' && world.chance.happens(world.faults.agentDies)) machine.agent = 'dead'
  else if (machine.agent === 'booting' || machine.agent === 'registered') await register(world, ledger, machine)
  else await goOn(world, ledger, machine)
}

async function register(world: World, ledger: Ledger, machine: SimMachine): Promise<void> {
  machine.agent = 'registered'
  const hearing = await call(world, ledger, machine, (tx, speaker) => hearRegister(tx, speaker))
  machine.unanswered = hearing === 'lost' ? machine.unanswered + 1 : 0
  // Where no daemon answers for a while, it works from its folder, as it was told when it was made.
  if (hearing === 'bound' || machine.unanswered >= offlineCalls) machine.agent = 'working'
}

/** So many calls in a row without an answer, and no daemon is waited for any longer. */
const offlineCalls = 6

async function goOn(world: World, ledger: Ledger, machine: SimMachine): Promise<void> {
  if (machine.agent === 'working') await workAndTell(world, ledger, machine)
  machine.beat += 1
  await beat(world, ledger, machine)
  if (machine.closingWritten) await call(world, ledger, machine, (tx, speaker) => hearClosing(tx, speaker, closingOf(machine)))
}

async function workAndTell(world: World, ledger: Ledger, machine: SimMachine): Promise<void> {
  const next = machine.assignment.runs.find(run => !machine.said.has(run.runAccession))
  if (next === undefined || (machine.said.size > 0 && world.chance.happens(world.faults.agentClosesSilent))) {
    machine.closingWritten = true
    machine.agent = 'closed'
    return
  }
  const outcome = doRun(world, machine, next)
  machine.said.set(next.runAccession, outcome)
  await call(world, ledger, machine, (tx, speaker) => hearOutcome(tx, speaker, outcome))
}

function doRun(world: World, machine: SimMachine, run: SimMachine['assignment']['runs'][number]): RunOutcome {
  const { runAccession } = run
  if (world.chance.happens(world.faults.runFails))
    return { runAccession, outcome: 'failed', detail: 'by chance', ...howItFails(world) }
  const content = World.contentOf(runAccession, run.readFiles[0]?.md5 ?? '')
  machine.results.set(runAccession, { content, manifest: [{ path: 'result', bytes: content.length, sha256: content }] })
  return { runAccession, outcome: 'done', manifestSha256: content }
}

function howItFails({ chance, faults }: World) {
  if (chance.happens(faults.failsForGood)) return { reason: 'ASM_NO_CONTIGS', cure: 'none' } as const
  return chance.happens(0.5) ? ({ reason: 'DL_FAIL', cure: 'retry' } as const) : ({ reason: 'ASM_OOM', cure: 'memory' } as const)
}

async function beat(world: World, ledger: Ledger, machine: SimMachine): Promise<void> {
  await call(world, ledger, machine, async (tx, speaker) => {
    const answer = await hearBeat(tx, speaker, machine.beat, progressOf(machine))
    if (answer.hearing === 'bound' && answer.stop && machine.agent === 'working') {
      machine.closingWritten = true
      machine.agent = 'closed'
    }
    return answer.hearing
  })
}

/** A callback that may be lost, or come twice. `closed` ends the agent, as 410 does. */
async function call(
  world: World,
  ledger: Ledger,
  machine: SimMachine,
  say: (tx: Tx, speaker: { attemptId: string; machineId: string; at: Date }) => Promise<Hearing>,
): Promise<Hearing | 'lost'> {
  if (world.chance.happens(world.faults.callbackLost)) return 'lost'
  const times = world.chance.happens(world.faults.callbackTwice) ? 2 : 1
  let hearing: Hearing = 'unbound'
  for (let time = 0; time < times; time += 1) {
    const machineId = world.checksMachineIds ? machine.id : await boundMachine(ledger, machine)
    hearing = await ledger.write(tx => say(tx, { attemptId: machine.attemptId, machineId, at: world.now() }))
  }
  if (hearing === 'closed') machine.agent = 'stopped'
  return hearing
}

// Without machine ids whoever has the token speaks for the attempt.
async function boundMachine(ledger: Ledger, machine: SimMachine): Promise<string> {
  const attempt = await ledger.read
    .selectFrom('attempts')
    .select('machine_id')
    .where('id', '=', machine.attemptId)
    .executeTakeFirst()
  return attempt?.machine_id ?? machine.id
}

function progressOf(machine: SimMachine): Progress {
  const done = machine.results.size
  return {
    phase: machine.agent === 'closed' ? 'done' : 'working',
    runsDone: done,
    runsFailed: machine.said.size - done,
    runsTotal: machine.assignment.runs.length,
    bytesWritten: machine.beat,
    freeDiskBytes: 1,
    freeMemoryBytes: 1,
    tasksEnded: machine.said.size,
  }
}

/** What lies on the machine's own disk as its standing. */
export function standingOf(machine: SimMachine): Standing {
  return {
    version: 1,
    attemptId: machine.attemptId,
    machineId: machine.id,
    beat: machine.beat,
    progress: progressOf(machine),
    outcomes: [...machine.said.values()],
  }
}

/** Its closing document. */
export function closingOf(machine: SimMachine): ClosingDocument {
  return {
    version: 1,
    attemptId: machine.attemptId,
    machineId: machine.id,
    ending: 'finished',
    outcomes: [...machine.said.values()],
    logTail: '',
  }
}
