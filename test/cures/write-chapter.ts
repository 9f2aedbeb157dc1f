import { writeFileSync } from 'node:fs'
import { dropletFaultsChapter } from './droplet-faults-chapter.ts'

/* npm run docs: writes the chapter of the book whose tables are the cures. */

writeFileSync(new URL('../../docs/src/droplet-faults.md', import.meta.url), dropletFaultsChapter())
