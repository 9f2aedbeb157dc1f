import { rsyncCollector } from '../../transfer/collect/rsync-collector.ts'

/** How results can come home, by the name that the settings use. To add one: a folder, a line here, the shared contract suite. */
export const collectors = { rsync: rsyncCollector } as const
