interface Due {
  atMs: number
  order: number
  happen: (atMs: number) => void
}

/** What will happen in the world, each thing at its instant (milliseconds of the epoch). Nothing happens by itself. */
export class Agenda {
  private due: Due[] = []
  private lastOrder = 0

  add(atMs: number, happen: (atMs: number) => void): void {
    this.due.push({ atMs, order: ++this.lastOrder, happen })
  }

  /** Lets everything happen that is due by an instant: the earliest first, and of one instant what was added first. */
  runUntil(nowMs: number): void {
    for (let next = this.takeDue(nowMs); next !== undefined; next = this.takeDue(nowMs)) next.happen(next.atMs)
  }

  /** When the next thing happens; undefined when nothing is to come. */
  nextAtMs(): number | undefined {
    return this.due.length === 0 ? undefined : this.earliest().atMs
  }

  private takeDue(nowMs: number): Due | undefined {
    if (this.due.length === 0) return undefined
    const next = this.earliest()
    if (next.atMs > nowMs) return undefined
    this.due.splice(this.due.indexOf(next), 1)
    return next
  }

  private earliest(): Due {
    return this.due.reduce((a, b) => (b.atMs < a.atMs || (b.atMs === a.atMs && b.order < a.order) ? b : a))
  }
}
