import { variableOf } from './known-keys.ts'
import { recipeKeys } from './recipe-keys.ts'
import type { Setting } from './setting.ts'
import { settingSections } from './settings-file.ts'

const top = `# Settings

<!-- Written by \`npm run docs\` from src/daemon/settings: change it there. -->

Settings lie in \`microfetch.toml\` in the home of the installation: \`--home DIR\`, else the variable \`MICROFETCH_HOME\`, else
\`~/microfetch\`. Nothing has to be set. \`microfetch init\` writes the file with every key and what holds without it.

Each key can be given in three places; the first of them wins:

1. a flag of the command: \`--setting policy.max_workers=4\` (may be given again for further keys),
2. the environment: \`MICROFETCH_<SECTION>_<KEY>\`, in capitals, with \`_\` for every dot and hyphen; lists stand between commas,
3. the file.

\`microfetch config\` prints what is in force and from where. A key that does not exist, or a value that is wrong, is refused
with its place (line, variable or flag) and the nearest right name, also where another place overrules it.

Paths in the file begin at the home, those in a flag or a variable at the folder you are in; \`~\` is your own folder.
`

const recipesSentence = `Your own recipes, one section for each: a Nextflow project, how its samplesheet is written, and which of its outputs belong to
which run. The names \`fetch\` and \`assemble\` are ours: a section with such a name changes only what it sets. See
[Add a recipe](how-to/add-a-recipe.md).`

/** The reference of all settings, as a chapter of the book. */
export function settingsReference(): string {
  const sections = settingSections().map(
    ({ name, sentence, keys }) => `## [${name}]\n\n${prose(sentence)}\n\n${table(name, keys)}`,
  )
  return [
    top,
    ...sections,
    `## ${prose('[recipes.<name>]')}\n\n${recipesSentence}\n\n${table('recipes.<name>', recipeKeys)}`,
  ].join('\n')
}

function table(section: string, keys: Readonly<Record<string, Setting<unknown>>>): string {
  const lines = Object.entries(keys).map(([key, { kind, standard, sentence }]) => {
    const variable = variableOf(`${section}.${key}`)
    return `| \`${key}\` | ${cell(prose(sentence))} | \`${cell(kind.toToml(standard))}\` | ${cell(prose(kind.says))} | \`${variable}\` |`
  })
  return `| Key | What it is for | Default | A right value | In the environment |\n|---|---|---|---|---|\n${lines.join('\n')}\n`
}

/** Outside of code a bracket would begin a tag. */
function prose(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
