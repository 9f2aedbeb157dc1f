import type { KnownRecipe } from '../../src/daemon/deps.ts'

/** A recipe that only has to have a name. */
export function aRecipe(name: string): KnownRecipe {
  return {
    projectCommit: 'c0',
    project: '/pipelines/stub',
    revision: '',
    recipe: {
      name,
      project: { kind: 'path', path: '/pipelines/stub' },
      profile: 'path',
      params: {},
      samplesheet: { delimiter: ',', lines: 'file', columns: { run: '{run}' } },
      outputs: ['{run}/**'],
      complete: undefined,
      exitCodes: {},
    },
  }
}
