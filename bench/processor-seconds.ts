import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const ticksInSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/**
 * Processor's time of some programs, in seconds: theirs, that of everything they started that has ended since and was waited for, and that
 * of what still runs below them. `named` finds programs that nobody waits for, by a text in their command line.
 */
export function processorSeconds(pids: readonly number[], named: string): number {
  const all = running()
  const counted = new Set(pids)
  for (const { pid } of all) if (readCommand(pid).includes(named)) counted.add(pid)
  // A parent may stand behind its child in the list: again until nobody is added.
  for (let before = -1; before !== counted.size;) {
    before = counted.size
    for (const { pid, parent } of all) if (counted.has(parent)) counted.add(pid)
  }
  const ticks = all.filter(({ pid }) => counted.has(pid)).reduce((sum, each) => sum + each.ticks, 0)
  return ticks / ticksInSecond
}

function running(): { pid: number; parent: number; ticks: number }[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.flatMap(pid => {
    const text = readOrNothing(`/proc/${pid}/stat`)
    if (text === '') return []
    // The name in brackets may hold anything; the numbers begin behind it. utime, stime, cutime and cstime are the 14th to 17th of the line.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ pid: Number(pid), parent: Number(fields[1]), ticks }]
  })
}

function readCommand(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`)
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
