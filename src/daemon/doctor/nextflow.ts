import { failed, warning, well, type Check, type Finding } from './check.ts'
import { isAtLeast, runTool, versionIn } from './run-tool.ts'

/** The oldest Java that our Nextflow runs on. */
const leastJava = '17'
/** The oldest Nextflow that knows everything our pipelines say. */
const leastNextflow = '23.10'

/** Nextflow, and the Java it needs. */
export const checkNextflow: Check = async ({ config }) => {
  const { nextflow } = config
  if (nextflow.kind === 'missing') return [await java(), failed('nextflow', 'there is none', nextflow.cure)]
  const [program, ...words] = nextflow.command
  const said = await runTool(program, [...words, '-version'])
  const shown = `${nextflow.command.join(' ')} (${nextflow.from === 'setup' ? 'brought by set-up' : `from ${nextflow.from}`})`
  // What answers does not need a second look for Java.
  if (said === undefined)
    return [
      await java(),
      failed('nextflow', `${shown} does not answer -version`, 'try it by hand; see nextflow.command in the settings'),
    ]
  const version = versionIn(said.slice(said.search(/version/i))) ?? 'unknown'
  if (version === 'unknown') return [warning('nextflow', `${shown} does not say its version`, 'try it by hand')]
  if (!isAtLeast(version, leastNextflow))
    return [failed('nextflow', `${shown} is ${version}`, `Nextflow ${leastNextflow} or newer is needed`)]
  return [well('nextflow', `${version}: ${shown}`)]
}

async function java(): Promise<Finding> {
  const said = await runTool('java', ['-version'])
  const version = said === undefined ? undefined : versionIn(said)
  const cure = `install Java ${leastJava} or newer (Debian: apt-get install default-jre-headless)`
  if (version === undefined) return failed('java', 'there is no java on PATH', cure)
  return isAtLeast(version, leastJava) ? well('java', version) : failed('java', `${version} is too old`, cure)
}
