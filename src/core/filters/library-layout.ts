import { layoutOf } from '../run.ts'
import type { Filter } from './filter.ts'

/** Mates or unpaired reads, as the files show it. A run without readable files is left to the filters that look at files. */
export const libraryLayout: Filter = {
  name: 'library layout',
  judge: (run, { settings }) => {
    const layout = layoutOf(run.readFiles)
    const asked = settings.filters.layouts
    if (layout === 'none' || asked.length === 0 || asked.includes(layout)) return 'accepted'
    const names = run.readFiles.map(file => file.name).join(' ')
    return { code: 'META_LAYOUT', detail: `its files are ${layout} (${names}), not ${asked.join(' or ')}` }
  },
}
