/**
 * Called after every effect on the world (a commit, a machine asked for, a file moved) with its name.
 * Does nothing in the shipped program; tests hand in one that kills the program here, to show that any point is a safe one.
 */
export type EffectPoint = (name: string) => void

/** The effect point of the shipped program. */
export const noEffectPoint: EffectPoint = () => undefined
