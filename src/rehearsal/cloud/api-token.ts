/** What a token may do, as the scopes of the API name it. */
export type Scope =
  | 'account:read'
  | 'actions:read'
  | 'droplet:create'
  | 'droplet:read'
  | 'droplet:update'
  | 'droplet:delete'
  | 'image:read'
  | 'regions:read'
  | 'sizes:read'
  | 'snapshot:read'
  | 'ssh_key:create'
  | 'ssh_key:read'
  | 'ssh_key:delete'
  | 'tag:create'
  | 'tag:read'
  | 'tag:delete'
  | 'vpc:read'

/** A bearer token that the API knows. */
export interface ApiToken {
  token: string
  /** How call logs name it; the token itself stands nowhere else. */
  name: string
  scopes: 'all' | readonly Scope[]
}

/** The scopes of a token that may look at everything and change nothing. */
export const readScopes: readonly Scope[] = [
  'account:read',
  'actions:read',
  'droplet:read',
  'image:read',
  'regions:read',
  'sizes:read',
  'snapshot:read',
  'ssh_key:read',
  'tag:read',
  'vpc:read',
]

/** Whether a token has a scope. */
export function hasScope(token: ApiToken, scope: Scope): boolean {
  return token.scopes === 'all' || token.scopes.includes(scope)
}
