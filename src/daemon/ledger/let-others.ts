import { setImmediate } from 'node:timers/promises'

/** Between two pages of statements: a statement waits for nothing, so whoever else has something to do (the door, a signal) comes to their turn here. */
export async function letOthers(): Promise<void> {
  await setImmediate()
}
