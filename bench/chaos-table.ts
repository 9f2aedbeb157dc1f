import type { LifeEnd } from '../test/chaos/harmed-life.ts'
import type { HarmedLife, LivesEnd } from '../test/chaos/many-lives.ts'
import { victims } from '../test/chaos/victims.ts'

/** Lives that did not come to the right end, the unharmed one and those harmed too late among them. */
export function badLives({ unharmed, harmed, tooLate }: LivesEnd): number {
  return [...unharmed, ...harmed, ...tooLate].filter(isBad).length
}

/** The figures by victim as a Markdown table, and what stands beside it. */
export function chaosTable(end: LivesEnd): string {
  const { unharmed, harmed, tooLate } = end
  const usual = unharmed.reduce((sum, life) => sum + life.seconds, 0) / unharmed.length
  const rows = [...victims.map(victim => row(victim, of(harmed, victim), usual)), row('all', harmed, usual)]
  return [
    '| Killed | Kills | Recovered | Wrong fates | Left over or half-written | Seconds to recover: median | most |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `An unharmed life takes ${usual.toFixed(1)} s (mean of ${unharmed.length}, ${unharmed.filter(isBad).length} of them with a wrong end).`,
    `In ${tooLate.length} more lives the victim was gone before its moment; ${tooLate.filter(isBad).length} of them came to a wrong end.`,
  ].join('\n')
}

/** `recover`: how much longer a life took than an unharmed one, the new start of what was killed included. */
function row(name: string, lives: readonly HarmedLife[], usualSeconds: number): string {
  const longer = lives.map(life => life.seconds - usualSeconds).sort((a, b) => a - b)
  const fates = lives.filter(life => life.faults.some(isOfFate))
  const leftOvers = lives.filter(life => life.faults.some(fault => !isOfFate(fault)))
  const cells = [
    name,
    lives.length,
    lives.filter(life => !isBad(life)).length,
    fates.length,
    leftOvers.length,
    longer[Math.floor(longer.length / 2)]?.toFixed(1) ?? '–',
    longer.at(-1)?.toFixed(1) ?? '–',
  ]
  return `| ${cells.join(' | ')} |`
}

function of(lives: readonly HarmedLife[], victim: string): HarmedLife[] {
  return lives.filter(life => life.harm.victim === victim)
}

function isBad(life: LifeEnd): boolean {
  return life.faults.length > 0
}

function isOfFate(fault: string): boolean {
  return / is to be | is owed, and /.test(fault)
}
