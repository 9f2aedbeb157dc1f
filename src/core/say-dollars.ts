/** Millionths of a dollar as people write them, rounded to the cent: `$1,234.50`. What is more than nothing is at least a cent. */
export function sayDollars(microdollars: number): string {
  const cents = microdollars > 0 ? Math.max(1, Math.round(microdollars / 10_000)) : 0
  const [whole = '0', rest = '00'] = (cents / 100).toFixed(2).split('.')
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`
}
