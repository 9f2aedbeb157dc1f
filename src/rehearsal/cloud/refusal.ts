/** A request that the API refuses: its status and the body `{id, message}` that goes with it. */
export class Refusal extends Error {
  readonly status: number
  readonly id: string

  constructor(status: number, id: string, message: string) {
    super(message)
    this.status = status
    this.id = id
  }
}

/** 404, for whatever is not there or is hidden from the asker. */
export function notFound(): Refusal {
  return new Refusal(404, 'not_found', 'The resource you requested could not be found.')
}

/** 422, the one id for bad input, limits and running events alike: only the message tells them apart. */
export function unprocessable(message: string): Refusal {
  return new Refusal(422, 'unprocessable_entity', message)
}

/** 403: the token lacks a scope. */
export function forbidden(): Refusal {
  return new Refusal(403, 'forbidden', 'You are not authorized to perform this operation')
}

/** 401: the token is unknown. */
export function unauthorized(): Refusal {
  return new Refusal(401, 'unauthorized', 'Unable to authenticate you')
}

/** 429, for each of the limits. */
export function tooManyRequests(): Refusal {
  return new Refusal(429, 'too_many_requests', 'API Rate limit exceeded.')
}

/** 500. */
export function serverError(): Refusal {
  return new Refusal(500, 'server_error', 'Unexpected server-side error')
}

/** 422: one event at a time for each droplet. */
export function pendingEvent(): Refusal {
  return unprocessable('Droplet already has a pending event.')
}

/** 422: more droplets than the account may have. */
export function dropletLimit(): Refusal {
  return unprocessable('creating this/these droplet(s) will exceed your droplet limit')
}
