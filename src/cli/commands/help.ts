import { Problem } from '../../core/problem.ts'
import { hintAt } from '../../core/nearest-name.ts'
import type { Verb } from '../cli-context.ts'

/** `microfetch help`: the list of verbs, or what one of them does. A verb that does not exist is a usage error, as where it is typed itself. */
export const helpVerb: Verb = program => {
  program
    .command('help [verb]')
    .summary('explain a command')
    .description('Explains one command, or lists them all.')
    .action((verb: string | undefined) => {
      const named = program.commands.find(command => command.name() === verb)
      if (named === undefined && verb !== undefined) {
        const names = program.commands.map(command => command.name())
        throw new Problem('bad-input', `there is no command ${verb}${hintAt(verb, names) || '; microfetch help lists them all'}`)
      }
      return (named ?? program).help()
    })
}
