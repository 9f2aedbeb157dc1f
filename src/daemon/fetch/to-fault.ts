import { describeError } from '../../core/problem.ts'
import { Fault } from './fault.ts'

// A person has to name the right CA bundle; another try changes nothing.
const certificateCode = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED|ALTNAME|UND_ERR_PRX_TLS/

const words: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stood still',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as it said',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
}

/** What a failed call means. `name` is the request as messages name it. */
export function faultOfError(name: string, error: unknown): Fault {
  if (error instanceof Fault) return error
  const code = codeOf(error)
  const why = words[code] ?? (describeError(error) || code)
  if (certificateCode.test(code)) {
    const hint = 'if your network uses its own certificates, name their bundle in the settings'
    return new Fault('refused', `${name}: the certificate is not trusted (${code}); ${hint}`, { passing: false, cause: error })
  }
  const proxyStatus = proxyStatusIn(error)
  if (proxyStatus === 407 || proxyStatus === 403) {
    return new Fault('refused', `${name}: the proxy answered ${proxyStatus}`, { passing: false, cause: error })
  }
  if (code === 'UND_ERR_INVALID_ARG') return new Fault('bad-input', `${name}: ${why}`, { passing: false, cause: error })
  return new Fault('unreachable', `${name}: ${why}`, { passing: code !== 'UND_ERR_DESTROYED', cause: error })
}

/** What an unexpected status means. `said` is the first words of the answer. */
export function faultOfStatus(name: string, status: number, said: string, holdTooLong: boolean): Fault {
  const message = `${name} answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 429 || status === 425) return new Fault('slow-down', message, { passing: !holdTooLong, status })
  if (status === 401 || status === 403 || status === 407) return new Fault('refused', message, { passing: false, status })
  if (status === 408 || status === 421 || status >= 500)
    return new Fault('unreachable', message, { passing: !holdTooLong, status })
  return new Fault('broken-answer', message, { passing: false, status })
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return cause === undefined ? '' : codeOf(cause)
}

/** undici tells of a proxy's refusal only in its message. */
function proxyStatusIn(error: unknown): number | undefined {
  const found = /Proxy response \((\d{3})\)|Proxy Authentication Required \((407)\)/.exec(describeError(error))
  return found === null ? undefined : Number(found[1] ?? found[2])
}
