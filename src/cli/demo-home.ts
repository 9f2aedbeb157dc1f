import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Problem } from '../core/problem.ts'
import { makeFolder } from '../daemon/settings/make-folder.ts'

const mark = '# The home of a demonstration of microfetch.'

/** The folder of a demonstration: a fresh one, or the one named, which must be empty or be of a demonstration already. */
export function demoFolder(named: string | undefined, workingFolder: string): string {
  if (named === undefined) return mkdtempSync(join(tmpdir(), 'microfetch-demo-'))
  const folder = resolve(workingFolder, named)
  const isOurs = () => existsSync(settingsOf(folder)) && readFileSync(settingsOf(folder), 'utf8').startsWith(mark)
  if (existsSync(folder) && readdirSync(folder).length > 0 && !isOurs()) {
    throw new Problem('not-allowed', `${folder} is not empty, and no demonstration made it: name another folder, or none`)
  }
  makeFolder(folder)
  return folder
}

/** Settings by section and key. */
export type DemoSections = Record<string, Record<string, string | number | boolean | readonly (string | number)[]>>

/** Where the archive of the demonstration listens. */
export interface DemoArchive {
  portalUrl: string
  taxonomyUrl: string
  filesUrl: string
}

/**
 * Writes the settings of a demonstration: its own archive and no other, quick periods, small reserves. They stay in the home, so that
 * verbs of later days, `up` among them, cannot take its invented runs to the real archive.
 */
export function writeDemoSettings(folder: string, archive: DemoArchive, recipe: string, more: DemoSections = {}): void {
  const sections: DemoSections = {
    ena: {
      portal_url: archive.portalUrl,
      taxonomy_url: archive.taxonomyUrl,
      files_url: archive.filesUrl,
      requests_per_second: 50,
    },
    // Nothing of it leaves this computer, whatever proxies there are.
    network: { http_proxy: '', https_proxy: '', no_proxy: '127.0.0.1,localhost' },
    server: { listen: '127.0.0.1:0' },
    workers: { beat_seconds: 2 },
    // Two taxa on two workers, on machines of little memory, too: the genomes are tiny.
    policy: {
      period_seconds: 2,
      retry_seconds: 2,
      library_reserve_bytes: 100_000_000,
      files_seconds: 2,
      max_workers: 2,
      // Its workers end with it: whoever begins it again in the same folder need not wait for them.
      grace_seconds: 5,
      list_lag_seconds: 5,
    },
    taxon: { recipe, genome_size: '20000' },
  }
  const names = [...new Set([...Object.keys(sections), ...Object.keys(more)])]
  const text = names.map(section => {
    const lines = Object.entries({ ...sections[section], ...more[section] }).map(
      ([key, value]) => `${key} = ${JSON.stringify(value)}`,
    )
    return `[${section}]\n${lines.join('\n')}\n`
  })
  writeFileSync(settingsOf(folder), [`${mark} Its archive ended with it.\n`, ...text].join('\n'))
}

/** The environment without settings: a demonstration has its own. Where Nextflow is, and what the machine may use, still holds. */
export function demoEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const kept = /^MICROFETCH_(NEXTFLOW|LOCAL)_/
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('MICROFETCH_') || kept.test(name)))
}

function settingsOf(folder: string): string {
  return join(folder, 'microfetch.toml')
}
