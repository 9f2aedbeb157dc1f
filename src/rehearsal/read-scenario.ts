import { readFile } from 'node:fs/promises'
import { fileShapes, type RunGroup, type Scenario, type ScenarioTaxon } from './scenario.ts'
import { demoScenario } from './scenarios/demo.ts'
import { millionScenario } from './scenarios/million.ts'

const scenarioKeys = ['seed', 'clock', 'taxa', 'deletedTaxa', 'mergedIds', 'runs', 'readsFolders', 'faults', 'limits']

/** The scenario of a command line: built in, from a file, or from a line that stood on standard input. */
export async function readScenario(name: string | undefined, firstLine: () => Promise<string>): Promise<Scenario> {
  if (name === undefined) return { taxa: [] }
  if (name === 'demo') return demoScenario()
  if (name === 'million') return millionScenario()
  return checkScenario(name === '-' ? await firstLine() : await readFile(name, 'utf8'))
}

/** Reads a scenario from JSON text. Throws with the place of the first thing that is wrong; the world refuses the rest. */
export function checkScenario(text: string): Scenario {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !Array.isArray((value as Scenario).taxa)) {
    throw new Error('a scenario is an object with a list of taxa')
  }
  for (const key of Object.keys(value)) {
    if (!scenarioKeys.includes(key)) throw new Error(`a scenario has no "${key}"; it may have ${scenarioKeys.join(', ')}`)
  }
  const scenario = value as Scenario
  for (const taxon of scenario.taxa) checkTaxon(taxon)
  for (const group of scenario.runs ?? []) checkGroup(group)
  return scenario
}

function checkTaxon(taxon: ScenarioTaxon): void {
  if (!Number.isInteger(taxon.id) || typeof taxon.name !== 'string')
    throw new Error(`a taxon needs an id and a name: ${JSON.stringify(taxon)}`)
}

function checkGroup(group: RunGroup): void {
  const place = `in the group of runs ${JSON.stringify(group).slice(0, 80)}`
  const shape = group.library?.shape
  if (shape !== undefined && !fileShapes.includes(shape)) throw new Error(`no file shape is called ${shape}, ${place}`)
  if (group.count !== undefined && !(Number.isInteger(group.count) && group.count > 0))
    throw new Error(`count is a whole number above 0, ${place}`)
  if (group.accession !== undefined && !/^[ESD]RR\d{6,}$/.test(group.accession))
    throw new Error(`${group.accession} is no run accession, ${place}`)
}
