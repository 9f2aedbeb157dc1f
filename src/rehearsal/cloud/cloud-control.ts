import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../endpoints/read-body.ts'
import type { CallLog } from './call-log.ts'
import { type CloudAnswers, type CloudChange, showBill, showEntry } from './cloud-change.ts'
import { cloudFaultMenu } from './faults/cloud-fault-menu.ts'
import { billOf, partsPerDollar } from './world/bill.ts'
import type { CloudWorld } from './world/cloud-world.ts'
import type { HostOrder } from './world/host-order.ts'

/** Where the control path begins; the API itself is below `/v2`. */
export const controlBeginning = '/_rehearsal/'

/** What the control path works on. */
export interface CloudControls {
  world: CloudWorld
  calls: CallLog
  order: (order: HostOrder) => void
}

/** Applies a change and says the number of the fault that was armed, if it was that. Throws when it cannot be made. */
export function applyCloudChange({ world, calls, order }: CloudControls, change: CloudChange): { id?: number } {
  switch (change.kind) {
    case 'arm':
      return { id: world.arm(change) }
    case 'disarm':
      world.faults.disarm(change.id)
      return {}
    case 'set-account':
      Object.assign(world.account, change.account)
      return {}
    case 'set-size':
      Object.assign(findBySlug(world.sizes, change.slug), change.sold)
      return {}
    case 'set-region':
      findBySlug(world.regions, change.slug).available = change.available
      return {}
    case 'harm':
    case 'heal':
      order(change)
      return {}
    case 'note-off':
      world.noteOff(change.dropletId)
      return {}
    case 'forget-calls':
      calls.clear()
      return {}
  }
}

/** Answers below the control path: POST `change`; GET `calls`, `counts`, `droplets`, `bill`, `faults`, `menu`. What cannot be is 400. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  controls: CloudControls,
): Promise<void> {
  const body = await readBody(request)
  controls.world.settle()
  try {
    const isChange = request.method === 'POST' && path === 'change'
    const answer = isChange
      ? applyCloudChange(controls, JSON.parse(body) as CloudChange)
      : readAnswer(controls, request.method, path)
    reply(response, 200, answer)
  } catch (error) {
    reply(response, 400, { message: error instanceof Error ? error.message : String(error) })
  }
}

function readAnswer({ world, calls }: CloudControls, method: string | undefined, path: string): CloudAnswers[keyof CloudAnswers] {
  const answers: { [Name in keyof CloudAnswers]: () => CloudAnswers[Name] } = {
    calls: () => calls.all(),
    counts: () => calls.numbers(),
    droplets: () => world.all().map(showEntry),
    bill: () => showBill(billOf(world.all(), world.nowMs()), partsPerDollar),
    faults: () => world.faults.list(),
    menu: () => cloudFaultMenu.map(({ name, does }) => ({ name, does })),
  }
  if (method !== 'GET' || !Object.hasOwn(answers, path)) throw new Error(`the control path has no ${method} ${path}`)
  return answers[path as keyof CloudAnswers]()
}

function findBySlug<T extends { slug: string }>(list: readonly T[], slug: string): T {
  const found = list.find(one => one.slug === slug)
  if (found === undefined) throw new Error(`nothing has the slug ${slug}`)
  return found
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value)}\n`
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
