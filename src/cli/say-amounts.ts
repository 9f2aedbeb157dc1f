/** 1234567 → `1,234,567`. */
export function sayNumber(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 run`, `2 runs`. */
export function sayCount(count: number, one: string, many = `${one}s`): string {
  return `${sayNumber(count)} ${count === 1 ? one : many}`
}

/** Bytes or bases in thousands, millions …, as the archive counts them: `1.5 GB`. */
export function sayBytes(bytes: number, unit = 'B'): string {
  const steps = ['', 'k', 'M', 'G', 'T', 'P']
  let value = bytes
  let step = 0
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000
    step += 1
  }
  return `${step === 0 ? String(Math.round(value)) : value.toFixed(value < 9.95 ? 1 : 0)} ${steps[step] ?? ''}${unit}`
}

/** A length of time: `45 s`, `12 min`, `3.5 h`, `12 d`. */
export function saySeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** How long ago, or in how long. */
export function sayWhen(at: string | null, now: Date): string {
  if (at === null || at === '') return ''
  const seconds = (now.getTime() - new Date(at).getTime()) / 1000
  if (Math.abs(seconds) < 5) return 'now'
  return seconds > 0 ? `${saySeconds(seconds)} ago` : `in ${saySeconds(-seconds)}`
}
