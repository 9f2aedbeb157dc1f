/** Where a verb reads and writes: data goes to stdout, everything for people to stderr. */
export interface Screen {
  /** Writes data to stdout, waiting while the reader is slow. Ends the text with a line feed of its own. */
  data(text: string): Promise<void>
  /** One line for people, on stderr. */
  say(text: string): void
  /** Rewrites the last line of stderr with how far something has come; on anything but a terminal, a line at most every 10 seconds. */
  progress(text: string): void
  /** Ends a line of progress. */
  progressDone(): void
  /** Whether stdout is a terminal: then tables, else tab separated values. */
  readonly isTable: boolean
  /** Whether a person sits there who can be asked: stdin and stderr are terminals. */
  readonly canAsk: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** Colours for what is said on stderr. */
  readonly paint: Paint
  /** Colours for data on stdout, which may go into a file while stderr is a terminal. */
  readonly dataPaint: Paint
  /** Asks a question and reads one line of answer. */
  ask(question: string): Promise<string>
  /** Everything that stands on stdin. */
  readInput(): Promise<string>
}

/** Colours for people; all of them change nothing where colour is not wanted. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}
