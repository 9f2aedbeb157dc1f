import { Fault } from '../../fetch/fault.ts'

// A few lines among a million that name no run are known to happen; more of them, and this is not the table we asked for.
const fewGarbledLines = 10
const garbledShare = 0.001
// Every hundred of them cost a request.
const mostBrokenRows = 2000
const fewRepeats = 5
const repeatsShare = 0.01
const repeatsInSuccession = 5

/** Watches the rows of one answer, and refuses the answer when what is wrong with it is more than an oddity. */
export class Doubts {
  private readonly name: string
  private rows = 0
  private repeats = 0
  private inSuccession = 0
  private brokenRows = 0
  private garbledLines = 0

  constructor(name: string) {
    this.name = name
  }

  /** A row of a run that had not come before. */
  sawRun(): void {
    this.rows += 1
    this.inSuccession = 0
  }

  /**
   * A row of a run that came earlier, not just before: such rows may stand in the place of others.
   * Throws `broken-answer` when a part of the answer comes again.
   */
  sawRepeat(): void {
    this.repeats += 1
    this.inSuccession += 1
    if (this.inSuccession < repeatsInSuccession && this.repeats <= fewRepeats + this.rows * repeatsShare) return
    this.refuse(`the answer repeats itself: ${this.repeats} rows came again among ${this.rows}`)
  }

  /** A row that cannot be read, but names its run. Throws `broken-answer` when there are too many to ask for one by one. */
  sawBrokenRow(why: string): void {
    this.brokenRows += 1
    if (this.brokenRows > mostBrokenRows) this.refuse(`${this.brokenRows} rows cannot be read (${why})`)
  }

  /** A line that names no run. Throws `broken-answer` when there are many. */
  sawGarbledLine(why: string): void {
    this.garbledLines += 1
    if (this.garbledLines <= fewGarbledLines + this.rows * garbledShare) return
    this.refuse(`${this.garbledLines} lines beside ${this.rows} good rows cannot be read (${why})`)
  }

  /** The end of the answer, `rescued` runs of broken rows had in another way. Throws `broken-answer` when there was nothing but bad rows. */
  sawEnd(rescued: number): void {
    const bad = this.brokenRows + this.garbledLines
    if (bad > 0 && this.rows + rescued === 0) this.refuse(`none of ${bad} rows can be read`)
  }

  private refuse(why: string): never {
    throw new Fault('broken-answer', `${this.name}: ${why}`, { passing: false })
  }
}
