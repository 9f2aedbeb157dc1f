import { readdirSync, readFileSync } from 'node:fs'

/** A program that was started by the program `pid`; undefined when there is none. */
export function childOf(pid: number): number | undefined {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .find(each => parentOf(each) === pid)
}

function parentOf(pid: number): number | undefined {
  try {
    // The program's name stands in brackets and may hold brackets and spaces itself.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined // it has ended meanwhile
  }
}
