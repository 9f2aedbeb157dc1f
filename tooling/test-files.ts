import { globSync } from 'node:fs'

/** Everything that is tested: beside the code, across programs, and the pipelines. */
const everywhere = [
  'test/**/*.test.ts',
  'pipelines/**/*.test.ts',
  'bench/**/*.test.ts',
  'tooling/**/*.test.ts',
  'src/**/*.test.ts',
]

/** What `npm run check` leaves to `npm test`: whole programs, real Nextflow, many histories, the package. */
const slow = [
  /^test\/(?!layout)/,
  /^pipelines\//,
  /^bench\//,
  // Beside the code, and long all the same: they start dozens of programs, or wait for agents that are cut off.
  /\/crash-points\.test\.ts$/,
  /^src\/agent\/(daemon-away|endings|handing-over|on-node-18|whole-batch)\.test\.ts$/,
  /^src\/transfer\/collect\//,
  /^src\/rehearsal\/cloud\/namespaces\/(?!why-no|control-groups|light-boot|turnstile|machine-disk)/,
  /^src\/rehearsal\/faults\//,
]

/**
 * Test files below `folder`, the long ones first, so that none of them is waited for alone at the end. `wanted` are parts of paths;
 * none given means all.
 */
export function testFiles(folder: string, wanted: readonly string[], group: 'all' | 'fast'): string[] {
  const files = everywhere.flatMap(pattern => globSync(pattern, { cwd: folder }).sort())
  const ofGroup = group === 'all' ? files : files.filter(file => !slow.some(pattern => pattern.test(file)))
  return wanted.length === 0 ? ofGroup : ofGroup.filter(file => wanted.some(part => file.includes(part)))
}
