/**
 * What a refused create means. One id stands for many things (limits, bad input, a moment's trouble are all `unprocessable_entity`), so
 * the words decide. `no-capacity`: later or elsewhere · `wait`: soon · `refused`: a person must act.
 */
export function classifyRefusal(status: number, message: string): 'no-capacity' | 'wait' | 'refused' {
  if (status === 429) return 'wait'
  if (status === 401) return 'refused'
  if (overLimit.test(message) || isRegionShort(message)) return 'no-capacity'
  if (status === 409 || status === 423 || status === 425 || passing.test(message)) return 'wait'
  return 'refused'
}

/** Whether the words say that this size is not to be had in this region, and not that the account has enough. */
export function isRegionShort(message: string): boolean {
  return outOfStock.test(message) && !aboutSettings.test(message)
}

const overLimit = /droplets?.{0,30}(limit|quota)|(limit|quota).{0,30}droplet/i
const outOfStock =
  /out of (capacity|stock)|(no|insufficient|not enough|lack of) (available )?(capacity|resources)|sold out|capacity.{0,30}(unavailable|reached)|(un|not |currently not |no longer )available/i
/** An image, a network or a key that is not there will not come by waiting. */
const aboutSettings = /image|snapshot|vpc|network|ssh|key|user.?data|tag/i
const passing = /try again|pending event|in progress|temporar/i
