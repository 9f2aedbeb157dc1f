import { userInfo } from 'node:os'
import { costOf } from '../../core/cost.ts'
import { describeError, Problem } from '../../core/problem.ts'
import { sayDollars } from '../../core/say-dollars.ts'
import { systemTiming } from '../../daemon/fetch/timing.ts'
import { endEverything, type PanicEnd } from '../../daemon/patrol/end-everything.ts'
import { openHome } from '../../daemon/open-home.ts'
import { panicInAccount } from '../../daemon/patrol/panic-in-account.ts'
import { panicInHome } from '../../daemon/patrol/panic-in-home.ts'
import { stopInLedger } from '../../daemon/patrol/stop-in-ledger.ts'
import type { PanicMachine, PanicPlace } from '../../daemon/patrol/panic-place.ts'
import type { CliContext } from '../cli-context.ts'
import type { PanicOptions } from '../commands/panic.ts'
import { exitCodes } from '../exit-codes.ts'
import { column } from '../print-list.ts'
import { printRows, type Column } from '../print-table.ts'
import { sayCount, saySeconds } from '../say-amounts.ts'
import { ownVersion } from '../version.ts'
import { accountOf, configInSpite } from './account-of.ts'

/** So long it is waited for the provider to say that machines are gone. */
const patienceSeconds = 1800

/** Stops creates, ends every machine, and shows what is left: nothing, or what and why. */
export async function endInPanic(context: CliContext, options: PanicOptions): Promise<void> {
  const { place, close } = await openPlace(context, options)
  try {
    await panic(context, place, options)
  } finally {
    await close()
  }
}

interface OpenPlace {
  place: PanicPlace
  close: () => Promise<void>
}

async function openPlace(context: CliContext, { installation, dryRun }: PanicOptions): Promise<OpenPlace> {
  const { screen } = context
  if (installation !== undefined) return openAccountPlace(context, installation, false)
  const log = { say: () => undefined, warn: (text: string) => screen.say(`microfetch: ${text}`) }
  const config = await configInSpite(context)
  try {
    const command = 'microfetch panic'
    const home = await openHome(config, { version: ownVersion(), command, clock: context.clock, log })
    return { place: panicInHome(home.deps, personName()), close: () => home.close() }
  } catch (error) {
    screen.say(screen.paint.yellow(`This home cannot be worked on as a whole: ${describeError(error)}`))
  }
  // A ledger alone still stops the daemon, and tells which machines are its own.
  const stopped = dryRun === true ? undefined : await stopInLedger(config, personName(), context.clock()).catch(() => undefined)
  return openAccountPlace(context, stopped?.installationId, stopped !== undefined)
}

async function openAccountPlace(context: CliContext, installation: string | undefined, isStopped: boolean): Promise<OpenPlace> {
  const account = await accountOf(context)
  const whose = installation === undefined ? 'every installation' : `installation ${installation}`
  context.screen.say(context.screen.paint.yellow(`Every droplet of microfetch in the account is meant, of ${whose}.`))
  return { place: panicInAccount(account, installation, isStopped), close: () => account.close() }
}

async function panic(context: CliContext, place: PanicPlace, options: PanicOptions): Promise<void> {
  const { screen } = context
  const isDry = options.dryRun === true
  if (!isDry) sayStopped(context, await place.stopCreating())
  const machines = (await place.list()).toSorted((a, b) => (b.unproved ?? 1) - (a.unproved ?? 1) || (a.id < b.id ? -1 : 1))
  const now = context.clock()
  if (options.json !== true) await printRows(screen, columnsAt(now), machines)
  sayCosts(context, machines, now)
  if (isDry) {
    if (options.json === true)
      await screen.data(JSON.stringify({ provider: place.provider, machines, dryRun: true }, undefined, 2))
    return
  }
  const question = `End all ${sayCount(machines.length, 'machine')}, with everything on them?`
  if (machines.length > 0 && !(await context.confirm(question, options.yes ?? false)))
    throw new Problem('not-allowed', 'no machine was ended; nothing is created all the same, until it is resolved')
  const end = await endEverything(place, {
    timing: systemTiming,
    signal: context.interrupted,
    patienceSeconds,
    alsoKept: options.alsoKept ?? false,
    now: context.clock,
    progress: (gone, of) => screen.progress(`${gone} of ${sayCount(of, 'machine')} gone`),
    waits: seconds => screen.say(`A create may still be under way: it is looked again in ${saySeconds(seconds)}`),
  })
  screen.progressDone()
  if (options.json === true) await screen.data(JSON.stringify(toDocument(place, end), undefined, 2))
  sayEnd(context, place, end)
}

function sayStopped({ screen }: CliContext, isWritten: boolean): void {
  if (isWritten) screen.say('Nothing is created any more, until a person resolves "panic": microfetch attention')
  else
    screen.say(
      screen.paint.yellow('There is no ledger to write to: stop the daemon, or take its token away, before it makes more.'),
    )
}

function sayCosts({ screen }: CliContext, machines: readonly PanicMachine[], now: Date): void {
  const unproved = machines.reduce((sum, machine) => sum + (machine.unproved ?? 0), 0)
  const hourly = machines.reduce((sum, { price }) => sum + price.microdollarsPerHour, 0)
  const soFar = machines.reduce((sum, machine) => sum + costUntil(machine, now), 0)
  screen.say(`${sayCount(machines.length, 'machine')}: ${sayDollars(soFar)} so far, ${sayDollars(hourly)} an hour`)
  if (unproved > 0)
    screen.say(screen.paint.yellow(`${sayCount(unproved, 'run')} on them are done and not at home: lost with them`))
  if (machines.some(machine => machine.unproved === undefined))
    screen.say(screen.paint.yellow('Nobody knows what lies on them: results that are not at home are lost with them'))
}

function costUntil({ price, createdAt }: PanicMachine, now: Date): number {
  return costOf(price, (now.getTime() - createdAt.getTime()) / 1000)
}

function toDocument(place: PanicPlace, { ended, left, at }: PanicEnd): object {
  return { provider: place.provider, at: at.toISOString(), ended, left: left.map(({ id, name, keep }) => ({ id, name, keep })) }
}

/** The proof, or what stands against it. */
function sayEnd(context: CliContext, { provider }: PanicPlace, { ended, left, at }: PanicEnd): void {
  const { screen } = context
  const gone = ended.filter(({ outcome }) => outcome === 'gone').length
  const proof = `${sayCount(gone, 'machine')} ended; ${provider} lists ${left.length === 0 ? 'none' : String(left.length)} at ${at.toISOString()}`
  screen.say(left.length === 0 ? screen.paint.green(proof) : screen.paint.red(proof))
  for (const { id, name, keep } of left) {
    const why = keep ? 'a person keeps it (--also-kept)' : ended.find(one => one.id === id)?.why
    screen.say(screen.paint.red(`  ${name} (${id}): ${why ?? 'it came meanwhile'}`))
  }
  if (left.length > 0) context.ends(exitCodes.partial)
}

function columnsAt(now: Date): Column<PanicMachine>[] {
  return [
    column<PanicMachine>('id', { whole: true }),
    column<PanicMachine>('name', { whole: true }),
    { name: 'batch', value: machine => machine.batch ?? null },
    { name: 'unproved', value: machine => machine.unproved ?? null, right: true, title: 'lost runs' },
    {
      name: 'age_seconds',
      value: machine => ageOf(machine, now),
      show: machine => saySeconds(ageOf(machine, now)),
      title: 'age',
      right: true,
    },
    {
      name: 'microdollars',
      value: machine => costUntil(machine, now),
      show: machine => sayDollars(costUntil(machine, now)),
      title: 'cost so far',
      right: true,
    },
    { name: 'keep', value: machine => machine.keep, show: machine => (machine.keep ? 'keep' : ''), spare: 2 },
  ]
}

function ageOf({ createdAt }: PanicMachine, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - createdAt.getTime()) / 1000))
}

function personName(): string {
  try {
    return userInfo().username
  } catch {
    return 'a person' // a user without an entry in the system's list: containers
  }
}
