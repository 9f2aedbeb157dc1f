import { fileURLToPath } from 'node:url'

/** Path of one of the shell scripts of this room. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(`./scripts/${name}`, import.meta.url))
}
