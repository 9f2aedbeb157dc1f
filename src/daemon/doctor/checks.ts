import { checkArchive, checkRoute } from './archive.ts'
import type { Check } from './check.ts'
import { checkCloud } from './cloud.ts'
import { checkCollecting } from './collecting.ts'
import { checkHome } from './home-folder.ts'
import { checkDaemon, checkLedger } from './installation.ts'
import { checkPrograms, checkRecipes } from './local-tools.ts'
import { checkNextflow } from './nextflow.ts'
import { checkPublicUrl } from './public-url.ts'
import { checkTelling } from './telling.ts'

/** Every check, in the order of the report. To add one: a function in a file of this folder, and a line here. */
export const checks: readonly Check[] = [
  checkPrograms,
  checkHome,
  checkLedger,
  checkDaemon,
  checkNextflow,
  checkRecipes,
  checkRoute,
  checkArchive,
  checkCloud,
  checkCollecting,
  checkPublicUrl,
  checkTelling,
]
