import type { Table } from './transition.ts'

/** What became of what we owe. `held` is an imported holding: satisfied from the start. */
export type DeliveryState = 'wanted' | 'batched' | 'delivered' | 'failed' | 'dropped' | 'held'
export type DeliveryEvent = 'take' | 'prove' | 'fail' | 'putBack' | 'retry' | 'drop' | 'want'

/** A receipt proves a delivery from any attempt, open or closed: so a wanted one, put back meanwhile, may be proved too. */
export const deliveryTable: Table<DeliveryState, DeliveryEvent> = {
  wanted: { take: 'batched', prove: 'delivered', drop: 'dropped' },
  batched: { prove: 'delivered', fail: 'failed', putBack: 'wanted', drop: 'dropped' },
  failed: { retry: 'wanted', drop: 'dropped' },
  dropped: { want: 'wanted' },
  delivered: {},
  held: {},
}
