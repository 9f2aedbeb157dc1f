import { statements as first } from './0001-first.ts'
import { statements as droplets } from './0002-droplets.ts'
import { statements as money } from './0003-money.ts'
import { statements as collections } from './0004-collections.ts'
import { statements as notices } from './0005-notices.ts'

/** Every migration in order; its place in the list, from 1, is the schema's version. */
export const migrations: readonly (readonly string[])[] = [first, droplets, money, collections, notices]
