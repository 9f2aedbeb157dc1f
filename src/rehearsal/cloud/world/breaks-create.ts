/** Whether a droplet with this user-data cannot be made, as shows only after the create was accepted: characters of four bytes do that. */
export function breaksCreate(userData: string): boolean {
  return /[\u{10000}-\u{10ffff}]/u.test(userData)
}
