/**
 * Whether transfers may begin now. `window` is `HH:MM-HH:MM` in UTC, from the first minute on and up to the second, and may go over
 * midnight; undefined: always. Two times alike mean the whole day.
 */
export function mayTransfer(window: string | undefined, now: Date): boolean {
  if (window === undefined) return true
  const [from = 0, to = 0] = window.split('-').map(minutesOf)
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes()
  if (from === to) return true
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
