import * as v from 'valibot'

/** A figure with the range that it most likely lies in. */
export const rangeSchema = v.object({ low: v.number(), likely: v.number(), high: v.number() })

/** Money of this month (UTC), in millionths of a dollar. */
export const moneyNow = v.object({
  spentMicrodollars: v.number(),
  /** Set aside for machines that are there or may yet come, beyond what they have cost. */
  reservedMicrodollars: v.number(),
  capMicrodollars: v.nullable(v.number()),
  softCapMicrodollars: v.nullable(v.number()),
  /** What the machines that are there cost in a day, and of that those that are held for results that are not at home yet. */
  dailyMicrodollars: v.number(),
  heldDailyMicrodollars: v.number(),
  /** Runs that came home this month. */
  delivered: v.number(),
})
export type MoneyNow = v.InferOutput<typeof moneyNow>

/** How wrong the last forecasts of machine time were: what it really took, over what was forecast when it began. */
export const missesSchema = v.object({ count: v.number(), median: v.number(), low: v.number(), high: v.number() })
