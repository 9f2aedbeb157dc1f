import { Fault } from '../../fetch/fault.ts'

// Bigger answers of the archive do hold a few unreadable rows; and a row may move within its index while it is read.
const fewBadRows = 10
const badRowsShare = 0.001
const fewRepeats = 5
const repeatsShare = 0.01
const repeatsInSuccession = 5

/** Watches the rows of one answer, and refuses the answer when what is wrong with it is more than an oddity. */
export class Doubts {
  private readonly name: string
  private rows = 0
  private repeats = 0
  private inSuccession = 0
  private badRows = 0

  constructor(name: string) {
    this.name = name
  }

  /** A row of a run that had not come before. */
  sawRun(): void {
    this.rows += 1
    this.inSuccession = 0
  }

  /** A row of a run that came before. Throws `broken-answer` when a part of the answer comes again. */
  sawRepeat(): void {
    this.repeats += 1
    this.inSuccession += 1
    if (this.inSuccession < repeatsInSuccession && this.repeats <= fewRepeats + this.rows * repeatsShare) return
    throw new Fault('broken-answer', `${this.name}: the answer repeats itself (${this.repeats} runs twice among ${this.rows})`, {
      passing: false,
    })
  }

  /** A row that cannot be read. Throws `broken-answer` when there are many. */
  sawBadRow(why: string): void {
    this.badRows += 1
    if (this.badRows > fewBadRows + this.rows * badRowsShare) this.refuseBadRows(why)
  }

  /** The end of the answer. Throws `broken-answer` when no row could be read. */
  sawEnd(): void {
    if (this.badRows > 0 && this.rows === 0) this.refuseBadRows('none is readable')
  }

  private refuseBadRows(why: string): never {
    const message = `${this.name}: ${this.badRows} rows beside ${this.rows} good ones cannot be read (${why})`
    throw new Fault('broken-answer', message, { passing: false })
  }
}
