import type { Filter, Measure } from './filter.ts'

/** Bases against genome size × depth. A run whose bases the archive does not tell passes: it is refused only when it is known to be wrong. */
export const baseCount: Filter = {
  name: 'base count',
  judge: (run, measure) => {
    if (run.baseCount === undefined) return 'accepted'
    const { minDepth, maxDepth } = measure.settings.filters
    const size = measure.settings.genomeSizeBases
    if (run.baseCount < minDepth * size) return { code: 'META_BASES_LOW', detail: against(run.baseCount, '<', minDepth, measure) }
    if (maxDepth > 0 && run.baseCount > maxDepth * size)
      return { code: 'META_BASES_HIGH', detail: against(run.baseCount, '>', maxDepth, measure) }
    return 'accepted'
  },
}

function against(bases: number, sign: '<' | '>', depth: number, { settings }: Measure): string {
  return `base_count=${bases} ${sign} ${depth * settings.genomeSizeBases} (${depth} × ${settings.genomeSizeBases})`
}
