import { rsyncCollector } from '../../transfer/collect/rsync-collector.ts'
import { remoteCollector } from './remote/remote-collector.ts'

/**
 * How results can come home, by the name that setting `collector.name` uses. To add one: a folder, a line here, the shared contract
 * suite.
 */
export const collectors = { embedded: rsyncCollector, remote: remoteCollector } as const
