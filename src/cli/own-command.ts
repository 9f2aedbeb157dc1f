import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a person in that folder calls this microfetch: by its name where it is installed, by the path of its launcher in a checkout. */
export function ownCommand(workingFolder: string): string {
  // Installed packages carry JavaScript; only a checkout runs its sources.
  if (!import.meta.url.endsWith('.ts')) return 'microfetch'
  const launcher = join(fileURLToPath(new URL('../..', import.meta.url)), 'microfetch')
  const near = relative(workingFolder, launcher)
  return near.startsWith('..') ? launcher : `./${near}`
}
