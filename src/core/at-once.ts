/**
 * Does something with each of a list, at most so many at the same time, and begins them in their order. What one throws is thrown
 * when all that had begun have ended; nothing more is begun after it.
 */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const faults: unknown[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < items.length && faults.length === 0) {
      const place = next
      next += 1
      try {
        results[place] = await act(items[place] as Item) // it is within the list
      } catch (error) {
        faults.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(most, items.length)) }, work))
  if (faults.length > 0) throw faults[0]
  return results
}
