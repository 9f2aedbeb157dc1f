const dayPattern = /^\d{4}-\d{2}-\d{2}(?:$|[T ])/
const epochPattern = /^\d{12,13}$/
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * The day in a date cell as `YYYY-MM-DD`; empty when the cell holds none. The archive writes days, here and there instants,
 * and for some columns milliseconds since 1970.
 */
export function readDay(cell: string): string {
  const text = cell.trim()
  if (dayPattern.test(text)) return isInCalendar(text) ? text.slice(0, 10) : ''
  return epochPattern.test(text) ? new Date(Number(text)).toISOString().slice(0, 10) : ''
}

/** Whether `text` is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return text.length === 10 && dayPattern.test(text) && isInCalendar(text)
}

function isInCalendar(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))]
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && isLeap ? 29 : daysOfMonths[month - 1]
  return days !== undefined && day >= 1 && day <= days
}
