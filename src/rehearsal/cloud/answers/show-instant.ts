/** An instant as the API writes it: whole seconds, `2026-08-20T12:00:00Z`. */
export function showInstant(atMs: number): string {
  return `${new Date(Math.floor(atMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
