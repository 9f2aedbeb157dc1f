import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this checkout or of the installed package: the nearest one above this file that holds a `package.json`. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder)
      throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}: the installation is not whole`)
    folder = above
  }
  return folder
}
