import { findOnPath, type NextflowFound } from '../settings/nextflow-command.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'
import { isAtLeast, runTool, versionIn } from './run-tool.ts'

/** The oldest Java that our Nextflow runs on. */
const leastJava = '17'
/** The oldest Nextflow that knows everything our pipelines say. */
const leastNextflow = '23.10'

/** Nextflow, and the Java it needs. */
export const checkNextflow: Check = async ({ config }) => Promise.all([java(config.path), nextflow(config.nextflow)])

async function nextflow(found: NextflowFound): Promise<Finding> {
  if (found.kind === 'missing') return failed('nextflow', 'there is none', found.cure)
  const [program, ...words] = found.command
  const shown = `${found.command.join(' ')} (${found.from === 'setup' ? 'brought by set-up' : `from ${found.from}`})`
  const said = await runTool(program, [...words, '-version'])
  const byHand = 'try it by hand; see nextflow.command in the settings'
  if (said === undefined) return failed('nextflow', `${shown} does not answer -version`, byHand)
  const version = versionIn(said.slice(Math.max(0, said.search(/version/i))))
  if (version === undefined) return warning('nextflow', `${shown} does not say its version`, byHand)
  if (isAtLeast(version, leastNextflow)) return well('nextflow', `${version}: ${shown}`)
  return failed('nextflow', `${shown} is ${version}`, `Nextflow ${leastNextflow} or newer is needed`)
}

async function java(path: string): Promise<Finding> {
  const program = findOnPath('java', path)
  const said = program === undefined ? undefined : await runTool(program, ['-version'])
  const version = said === undefined ? undefined : versionIn(said)
  const cure = `install Java ${leastJava} or newer (Debian: apt-get install default-jre-headless)`
  if (version === undefined) return failed('java', 'there is no java on PATH', cure)
  return isAtLeast(version, leastJava) ? well('java', version) : failed('java', `${version} is too old`, cure)
}
