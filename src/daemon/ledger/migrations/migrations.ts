import { statements as first } from './0001-first.ts'
import { statements as droplets } from './0002-droplets.ts'

/** Every migration in order; its place in the list, from 1, is the schema's version. */
export const migrations: readonly (readonly string[])[] = [first, droplets]
