import { taxonKeys } from './taxon-keys.ts'
import { settingKeys } from './setting-keys.ts'
import type { Setting } from './setting.ts'

const top = `# Settings of microfetch. Every line that begins with "#" and a key shows what holds without it: take the "#" away and change it.
# Each key can also be given in the environment as MICROFETCH_<SECTION>_<KEY>, or for one command with --setting SECTION.KEY=VALUE.
# What is in force, and from where: microfetch config
`

const sectionSentences: Readonly<Record<string, string>> = {
  home: 'Folders of this installation. Relative paths begin at the folder of this file.',
  ena: 'The European Nucleotide Archive: its addresses, and how hard it is asked.',
  network: 'How every outgoing call leaves this machine.',
  server: 'Where the daemon listens.',
  provider: 'Where machines come from.',
  local: 'Workers on this machine.',
  workers: 'The agents on the machines.',
  policy: "The operator's limits.",
  nextflow: 'The engine of the pipelines.',
  taxon: 'What holds for every taxon that does not set it itself (microfetch set <taxon> KEY=VALUE).',
}

const recipesText = `# Your own recipes: a Nextflow project, and which of its outputs belong to which run.
# [recipes.assemble]                 # ours, changed
# params = { assembler = "spades" }
#
# [recipes.mine]
# project = "/path/to/project"       # or a repository, with revision = "1.2.0"
# profile = "docker"
# samplesheet.columns = { sample = "{run}", fastq_1 = "{mate1}", fastq_2 = "{mate2}" }
# outputs = ["{run}/**"]
`

/** The sections in the order of the file, each with what it is for and its keys. */
export function settingSections(): { name: string; sentence: string; keys: Readonly<Record<string, Setting<unknown>>> }[] {
  const sections: Record<string, Readonly<Record<string, Setting<unknown>>>> = { ...settingKeys, taxon: taxonKeys }
  return Object.entries(sections).map(([name, keys]) => ({ name, sentence: sectionSentences[name] ?? '', keys }))
}

/** The settings file that `microfetch init` writes: every key with its sentence and what holds without it, all commented out. */
export function settingsFileText(): string {
  const sections = settingSections().map(({ name, sentence, keys }) => {
    const lines = Object.entries(keys).map(
      ([key, setting]) => `# ${setting.sentence}\n#${key} = ${setting.kind.toToml(setting.standard)}\n`,
    )
    return `# ${sentence}\n[${name}]\n${lines.join('\n')}`
  })
  return [top, ...sections, recipesText].join('\n')
}
