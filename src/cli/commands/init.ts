import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { readHomePath } from '../../daemon/config.ts'
import { settingsFileOf } from '../../daemon/settings/home.ts'
import { makeFolder } from '../../daemon/settings/make-folder.ts'
import { settingsFileText } from '../../daemon/settings/settings-file.ts'
import type { Verb } from '../cli-context.ts'

/** `microfetch init`: makes the home with a commented settings file. */
export const initVerb: Verb = (program, context) => {
  program
    .command('init')
    .summary('make a home with a commented settings file')
    .description(
      'Makes the home folder and writes microfetch.toml into it, with every setting, what it is for and what holds without it.',
    )
    .option('--force', 'write the settings file anew over the one that is there')
    .action(async (options: { force?: boolean }) => {
      const { environment, workingFolder, screen } = context
      const file = settingsFileOf(readHomePath({ home: context.flags().home, environment, workingFolder }))
      if (existsSync(file) && options.force !== true) {
        throw new Problem('not-allowed', `${file} is there already; --force writes it anew, and what was set in it is lost`)
      }
      makeFolder(dirname(file))
      writeFileSync(file, settingsFileText())
      await screen.data(file)
      screen.say('Next: look at it, then  microfetch doctor  and  microfetch add <taxon>')
    })
}
