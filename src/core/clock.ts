/** The time now; the system's is made in main, a settable one in tests. */
export type Clock = () => Date
