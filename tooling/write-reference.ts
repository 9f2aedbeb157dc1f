import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writtenChapters } from './written-chapters.ts'

/* npm run docs: writes the chapters of the book that are made from the code. */

const folder = fileURLToPath(new URL('..', import.meta.url))
for (const { path, text } of writtenChapters()) writeFileSync(join(folder, path), text)
