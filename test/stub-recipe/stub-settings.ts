import { fileURLToPath } from 'node:url'

/** Where an installation under test finds its archive. */
export interface ArchiveAddresses {
  portalUrl: string
  taxonomyUrl: string
  filesUrl: string
}

/** What of the settings a test decides. */
export interface StubWishes {
  /** Keys of `[policy]`. */
  policy?: Record<string, number>
  /** Host and port; any free port when it is not given. */
  listen?: string
  /** The folder by which the test holds runs up, or lets them fail. */
  holds?: string
  /** Keys of `[ena]` beside the addresses. */
  ena?: Record<string, number>
  /** Another recipe in place of the stub, by the real Nextflow: its name, and its section of the settings. */
  recipe?: { name: string; section: string[] }
}

/** A `microfetch.toml` for an installation under test: the stub recipe, and waits short enough to be waited for. */
export function stubSettings(archive: ArchiveAddresses, over: StubWishes = {}): string {
  const policy = {
    max_workers: 2,
    boot_seconds: 20,
    lease_seconds: 5,
    progress_seconds: 60,
    deadline_seconds: 60,
    list_lag_seconds: 2,
    grace_seconds: 1,
    retry_seconds: 0.1,
    destroy_retry_seconds: 0.2,
    period_seconds: 0.2,
    files_seconds: 0,
    library_reserve_bytes: 1000,
    ...over.policy,
  }
  return [
    '[ena]',
    `portal_url = "${archive.portalUrl}"`,
    `taxonomy_url = "${archive.taxonomyUrl}"`,
    `files_url = "${archive.filesUrl}"`,
    'requests_per_second = 50',
    ...Object.entries(over.ena ?? {}).map(([key, value]) => `${key} = ${value}`),
    '[server]',
    `listen = "${over.listen ?? '127.0.0.1:0'}"`,
    '[workers]',
    'beat_seconds = 0.2',
    '[policy]',
    ...Object.entries(policy).map(([key, value]) => `${key} = ${value}`),
    '[taxon]',
    `recipe = "${over.recipe?.name ?? 'stub'}"`,
    'filters.min_depth = 0',
    ...(over.recipe?.section ?? stubRecipe(over.holds)),
    '',
  ].join('\n')
}

/** The settings' sections of the stub recipe. */
export function stubRecipe(holds?: string): string[] {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  return [
    '[nextflow]',
    `command = [${JSON.stringify(process.execPath)}, ${JSON.stringify(`${folder}nextflow.ts`)}]`,
    '[recipes.stub]',
    `project = ${JSON.stringify(folder)}`,
    'samplesheet.lines = "file"',
    'samplesheet.columns = { run = "{run}", md5 = "{md5}" }',
    'outputs = ["{run}/**"]',
    'complete = "{run}/run-complete.json"',
    ...(holds === undefined ? [] : [`params = { holds = ${JSON.stringify(holds)} }`]),
  ]
}
