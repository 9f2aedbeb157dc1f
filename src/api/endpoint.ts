import type * as v from 'valibot'

/** Any schema of the wire. */
export type Schema = v.GenericSchema<unknown, unknown>

/** The names that a path leaves open: `/api/taxa/:taxId` leaves `taxId`. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** One thing that can be asked for: server and client both read this and nothing else. */
export interface Endpoint<
  Path extends string = string,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Reply extends Schema = Schema,
  Method extends 'GET' | 'POST' = 'GET' | 'POST',
> {
  method: Method
  path: Path
  /** Of strings, as they stand in the address. */
  query: Query
  /** Only with POST. */
  body: Body
  reply: Reply
  /** `lines`: a stream of JSON documents, one a line, each as `reply` says · `text`: a stream of plain text. */
  form: 'document' | 'lines' | 'text'
}

/** Declares an endpoint, its types kept. */
export function endpoint<
  Path extends string,
  Query extends Schema,
  Body extends Schema,
  Reply extends Schema,
  Method extends 'GET' | 'POST',
>(declared: Endpoint<Path, Query, Body, Reply, Method>): Endpoint<Path, Query, Body, Reply, Method> {
  return declared
}

/** The address of an endpoint with its open names filled in. */
export function pathOf(path: string, params: Readonly<Record<string, string | number>>): string {
  return path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => encodeURIComponent(String(params[name] ?? '')))
}
