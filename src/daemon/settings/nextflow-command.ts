import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How Nextflow is started, and who said so; or what to do where there is none. */
export type NextflowFound =
  { kind: 'found'; command: [string, ...string[]]; from: 'setting' | 'PATH' | 'setup' } | { kind: 'missing'; cure: string }

/** The command of the setting; else `nextflow` on PATH; else the one that `setup.sh` brought. */
export function findNextflow(setting: readonly string[], path: string | undefined, packageFolder: string): NextflowFound {
  const [first, ...rest] = setting
  if (first !== undefined) return { kind: 'found', command: [first, ...rest], from: 'setting' }
  const onPath = findOnPath('nextflow', path)
  if (onPath !== undefined) return { kind: 'found', command: [onPath], from: 'PATH' }
  const brought = broughtNextflow(packageFolder)
  if (brought !== undefined) return { kind: 'found', command: [brought], from: 'setup' }
  const script = join(packageFolder, 'tooling', 'nextflow', 'install.sh')
  return {
    kind: 'missing',
    cure: `There is no Nextflow. Put \`nextflow\` on PATH, set nextflow.command, or run: sh ${script}`,
  }
}

/** The first program of that name on PATH; undefined when there is none. */
export function findOnPath(program: string, path: string | undefined): string | undefined {
  return (path ?? '')
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, program))
    .find(isProgram)
}

function broughtNextflow(packageFolder: string): string | undefined {
  const tools = join(packageFolder, '.tools')
  let names: string[]
  try {
    names = readdirSync(tools)
  } catch {
    return undefined // setup.sh has not brought anything
  }
  return names
    .filter(name => name.startsWith('nextflow-'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map(name => join(tools, name, 'nextflow'))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
