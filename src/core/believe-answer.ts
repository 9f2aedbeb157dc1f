/** How many rows an answer had, and how many the archive counted just before and just after it. */
export interface AnswerSize {
  rows: number
  countBefore: number
  countAfter: number
}

/** The archive's search and its count are different indexes, which may differ by so small a part. */
const toleratedShare = 0.005

/**
 * Whether an answer is as long as it should be: the archive moves while it is read, so anything between the two counts is believed,
 * with a small tolerance. Otherwise why not.
 */
export function doubtAnswer({ rows, countBefore, countAfter }: AnswerSize): string | undefined {
  const fewest = Math.min(countBefore, countAfter)
  const most = Math.max(countBefore, countAfter)
  const tolerance = Math.max(1, Math.floor(most * toleratedShare))
  const counted = countBefore === countAfter ? `${countBefore}` : `${countBefore}, then ${countAfter}`
  if (rows === 0 && fewest > 0) return `the answer is empty, though the archive counts ${counted}`
  if (rows < fewest - tolerance) return `the answer is cut short: ${rows} runs, though the archive counts ${counted}`
  if (rows > most + tolerance) return `the answer is too long: ${rows} runs, though the archive counts ${counted}`
  return undefined
}

/** Fewer runs than this may all disappear at once. */
const fewRuns = 20
const plausibleShare = 0.2

/** Whether so many known runs are missing from a full listing for the first time that a person should look before anything is made of it. */
export function isMassDisappearance({ expected, newlyMissing }: { expected: number; newlyMissing: number }): boolean {
  return expected >= fewRuns && newlyMissing > expected * plausibleShare
}
