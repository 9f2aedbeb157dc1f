/** One way in which droplets and their collection go wrong in practice, what cures it here, and the test that turns red without it. */
export interface Cure {
  /** What goes wrong, in a few words: the row of the table. For what the test cloud can be told to do, its name on that menu. */
  fault: string
  /** What microfetch does about it. Where others would do something else, it says what is done here and why. */
  cure: string
  test: Shown
  /**
   * How the cure is taken away: in each file, the text (which stands there exactly once) becomes another. The programs still run;
   * they only no longer do this one thing.
   */
  without: readonly Disabling[]
}

/** The test that shows a cure. */
export interface Shown {
  file: string
  /** A part of the name under which it runs. */
  name: string
  /** What of the name stands in the file, where the name is put together there; else all of it does. */
  written?: string
}

/** One text that is replaced to take a cure away. */
export interface Disabling {
  file: string
  find: string
  replace: string
}
