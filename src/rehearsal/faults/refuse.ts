import { pause, replyNothing, replyText } from '../answers/reply.ts'
import type { EndpointName, Exchange } from '../exchange.ts'
import type { Fault } from './fault.ts'

/** A fault whose name the compiler knows. */
export type Named<Name extends string> = Fault & { readonly name: Name }

/** A page of a broken web server, as a proxy in front of the archive shows it. */
export function htmlPage(title: string): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>Please try again later.</p></body></html>\n`
}

/** Answers with an HTML page under a status. */
export function refuseByHtml<Name extends string>(
  name: Name,
  strikes: readonly EndpointName[],
  status: number,
  title: string,
): Named<Name> {
  return {
    name,
    does: `Answers ${status} with an HTML page of a web server in trouble.`,
    strikes,
    answer(exchange) {
      replyText(exchange, status, 'text/html', htmlPage(`${status} ${title}`))
      return true
    },
  }
}

/** Answers with a status and a plain text. */
export function refuseByText<Name extends string>(
  name: Name,
  strikes: readonly EndpointName[],
  status: number,
  text: string,
  does: string,
): Named<Name> {
  return {
    name,
    does,
    strikes,
    answer(exchange) {
      replyText(exchange, status, 'text/plain', text)
      return true
    },
  }
}

/** Answers 204 with no body, as for no rows. */
export function answerNothing<Name extends string>(name: Name, strikes: readonly EndpointName[]): Named<Name> {
  return {
    name,
    does: 'Answers 204 with no body although there are rows.',
    strikes,
    answer(exchange) {
      replyNothing(exchange)
      return true
    },
  }
}

/** Breaks the connection before a byte was sent. */
export function breakConnection(exchange: Exchange): boolean {
  exchange.request.socket.resetAndDestroy()
  return true
}

/** Says nothing for some seconds (for ever when 0), then lets the true answer go out if the reader is still there. */
export async function sayNothing(exchange: Exchange, seconds: number): Promise<boolean> {
  return !(await pause(exchange.response, seconds))
}
