import * as v from 'valibot'
import { pageOf } from '../answers/page.ts'
import { showAction } from '../answers/show-action.ts'
import type { CloudExchange, Reply } from '../exchange.ts'
import { notFound, unprocessable } from '../refusal.ts'
import { type Endpoint, numberIn } from './endpoint.ts'

const actionBody = v.object({ type: v.picklist(['power_off', 'shutdown']) })

/** What happened to droplets, and switching them off. */
export const actionEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/v2/actions',
    scopes: ['actions:read'],
    answer: exchange => ({
      status: 200,
      body: pageOf(
        exchange,
        'actions',
        exchange.world.actions.all().map(action => showAction(action, exchange.world)),
      ),
    }),
  },
  { method: 'GET', path: '/v2/actions/{id}', scopes: ['actions:read'], answer: show },
  {
    method: 'GET',
    path: '/v2/droplets/{droplet}/actions',
    scopes: ['droplet:read'],
    answer(exchange) {
      const { id } = exchange.world.find(numberIn(exchange, 'droplet'))
      const actions = exchange.world.actions.ofDroplet(id).map(action => showAction(action, exchange.world))
      return { status: 200, body: pageOf(exchange, 'actions', actions) }
    },
  },
  { method: 'GET', path: '/v2/droplets/{droplet}/actions/{id}', scopes: ['droplet:read'], answer: show },
  { method: 'POST', path: '/v2/droplets/{droplet}/actions', scopes: ['droplet:update'], answer: begin },
]

function show(exchange: CloudExchange): Reply {
  const action = exchange.world.actions.find(numberIn(exchange, 'id'))
  const isOther = 'droplet' in exchange.names && action?.dropletId !== numberIn(exchange, 'droplet')
  if (action === undefined || isOther) throw notFound()
  return { status: 200, body: { action: showAction(action, exchange.world) } }
}

function begin(exchange: CloudExchange): Reply {
  const read = v.safeParse(actionBody, exchange.body)
  if (!read.success) throw unprocessable('this cloud plays the actions power_off and shutdown only')
  const action = exchange.world.switchOff(numberIn(exchange, 'droplet'), read.output.type)
  return { status: 201, body: { action: showAction(action, exchange.world) } }
}
