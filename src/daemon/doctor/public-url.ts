import { describeError } from '../../core/problem.ts'
import { warning, well, type Check } from './check.ts'

/** Whether the daemon answers where droplets would call it. They need not be able to: then everything is read over ssh. */
export const checkPublicUrl: Check = async ({ config, outbound }) => {
  const url = config.server.publicUrl
  if (config.provider === 'local') return []
  if (url === undefined) return [well('public address', 'droplets do not call the daemon: everything is read over ssh')]
  const cure =
    'start the daemon, and look at server.public_url and at the proxy before it; until then everything is read over ssh'
  try {
    const answer = await outbound.send({ url: `${url}/health` })
    const said = JSON.parse(await answer.text(4096)) as { ok?: unknown; version?: unknown }
    if (said.ok === true) return [well('public address', `${url} answers, version ${String(said.version)}`)]
    return [warning('public address', `${url} answers, but not as a daemon of microfetch`, cure)]
  } catch (error) {
    return [warning('public address', describeError(error), cure)]
  }
}
