import { readFileSync } from 'node:fs'

/** The flags with which `./microfetch` starts Node, so that a benchmark measures what people run. Throws when they are not found. */
export function launcherFlags(): string[] {
  const launcher = readFileSync(new URL('../microfetch', import.meta.url), 'utf8')
  const [, flags] = /^exec "\$node" (.*) "\$main" "\$@"$/m.exec(launcher) ?? []
  if (flags === undefined) throw new Error('./microfetch does not start Node in the way that is known here')
  return flags.split(' ')
}
