/** Seconds to wait after failure number `failures` (1, 2, …): doubling from `firstSeconds`, never above `mostSeconds`. */
export function waitAfter(failures: number, firstSeconds: number, mostSeconds: number): number {
  if (failures <= 0) return 0
  return Math.min(mostSeconds, firstSeconds * 2 ** Math.min(failures - 1, 30))
}

/** Days until a run that waits for FASTQ is looked at again; undefined when only full reconciles look at it any more. */
export function waitingDays(looksMade: number, shelf: readonly number[]): number | undefined {
  return shelf[looksMade]
}
