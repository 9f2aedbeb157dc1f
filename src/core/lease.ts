/** Whether a lease that began with the last beat has ended. Instants are milliseconds since 1970, by the daemon's receipt times. */
export function isLapsed(lastHeardAtMs: number, leaseSeconds: number, nowMs: number): boolean {
  return nowMs - lastHeardAtMs > leaseSeconds * 1000
}

/** Whether the daemon was away so long (more than three periods since its last pass) that every lease gets a full grace first. */
export function wasAbsent(lastPassAtMs: number | undefined, periodSeconds: number, nowMs: number): boolean {
  if (lastPassAtMs === undefined) return true
  return nowMs < lastPassAtMs || nowMs - lastPassAtMs > 3 * periodSeconds * 1000
}
