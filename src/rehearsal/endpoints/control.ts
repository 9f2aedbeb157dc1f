import type { IncomingMessage, ServerResponse } from 'node:http'
import { cellOf } from '../cells/cells.ts'
import { runColumns } from '../column-list.ts'
import type { ControlChange, ShownFault, ShownRun } from '../control-change.ts'
import { noCounts } from '../counters.ts'
import { faultMenu } from '../faults.ts'
import { applyChange } from '../world/apply-change.ts'
import type { World } from '../world/world.ts'
import { readBody } from './read-body.ts'

/**
 * The control port, below `/_rehearsal/`: POST `change`, POST `counts/reset`, GET `counts`, `faults`, `menu`, `runs` and `run/<accession>`.
 * A change that cannot be made is 400 with `{"message"}`.
 */
export async function control(request: IncomingMessage, response: ServerResponse, path: string, world: World): Promise<void> {
  try {
    reply(response, 200, await outcome(request, path, world))
  } catch (error) {
    reply(response, 400, { message: error instanceof Error ? error.message : String(error) })
  }
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value)}\n`
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

async function outcome(request: IncomingMessage, path: string, world: World): Promise<unknown> {
  const [first = '', second = ''] = path.split('/')
  switch (`${request.method} ${first}`) {
    case 'POST change':
      return applyChange(world, JSON.parse(await readBody(request)) as ControlChange)
    case 'POST counts':
      world.counts = noCounts()
      return {}
    case 'GET counts':
      return world.counts
    case 'GET faults':
      return world.armory.list().map((armed): ShownFault => ({ id: armed.id, fault: armed.fault.name, struck: armed.struck }))
    case 'GET menu':
      return faultMenu.map(({ name, does }) => ({ name, does }))
    case 'GET runs':
      return Array.from({ length: Math.min(10_000, world.rowCount) }, (_, place) => world.rowAt(place).accession)
    case 'GET run':
      return showRun(world, second)
    default:
      throw new Error(`the control port has no ${request.method} ${path}`)
  }
}

async function showRun(world: World, accession: string): Promise<ShownRun> {
  const row = world.find(accession)
  if (row === undefined) throw new Error(`no run has the accession ${accession}`)
  const isMade = row.set.group.content !== 'promised'
  if (isMade) await world.files.filesOf(row)
  const cells = Object.fromEntries(runColumns.map(column => [column.id, cellOf(row, column.id, world)]))
  return { accession, hidden: row.change?.hidden ?? null, cells }
}
