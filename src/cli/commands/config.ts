import { Problem } from '../../core/problem.ts'
import type { Config } from '../../daemon/config.ts'
import { hintForBeginning } from '../../daemon/settings/known-keys.ts'
import type { SettingInForce } from '../../daemon/settings/read-settings.ts'
import type { Verb } from '../cli-context.ts'
import { configOf } from '../open-client.ts'
import { column, inTurn, printList } from '../print-list.ts'
import type { Column } from '../print-table.ts'

/** One setting as it is printed. */
interface SettingRow {
  key: string
  value: unknown
  from: SettingInForce['from']
  place: string
}

const columns: Column<SettingRow>[] = [
  column<SettingRow>('key'),
  { name: 'value', value: row => JSON.stringify(row.value) },
  column<SettingRow>('from'),
  column<SettingRow>('place'),
]

/** `microfetch config`: what is in force, and from where. */
export const configVerb: Verb = (program, context) => {
  program
    .command('config [key]')
    .summary('print the settings in force, and from where each comes')
    .description(
      'Every setting with its value and the place that decided it: a flag, a variable of the environment, a line of the file, or the default. ' +
        'A key such as ena.portal_url, or the beginning of one such as policy or policy.max, prints only what fits.',
    )
    .option('--changed', 'only what somebody set')
    .option('--json', 'one JSON document')
    .action(async (key: string | undefined, options: { changed?: boolean; json?: boolean }) => {
      const config = await configOf(context)
      const rows = fittingTo(key, config.settings)
        .filter(setting => options.changed !== true || setting.from !== 'default')
        .map((setting): SettingRow => ({ key: setting.key, value: setting.safeValue, from: setting.from, place: setting.place }))
      await printList(context.screen, { name: 'settings', columns, rows: inTurn(rows) }, options)
      if (context.screen.isTable) context.screen.say(context.screen.paint.dim(`home: ${config.home.path}`))
    })
}

/** The setting of this key; else those of the section of this name, else those whose keys begin so. */
function fittingTo(key: string | undefined, settings: Config['settings']): SettingInForce[] {
  const all = [...settings.values()]
  if (key === undefined) return all
  const whole = settings.get(key)
  if (whole !== undefined) return [whole]
  const section = all.filter(setting => setting.key.startsWith(`${key}.`))
  const fitting = section.length > 0 ? section : all.filter(setting => setting.key.startsWith(key))
  if (fitting.length > 0) return fitting
  throw new Problem('bad-input', `there is no setting ${key}${hintForBeginning(key) || '; microfetch config prints them all'}`)
}
