/** Hardware address of a machine's interface: made from its number, so that whoever knows the number knows the address. */
export function macOf(machineId: number, side: 'public' | 'private'): string {
  const bytes = [24, 16, 8, 0].map(shift => Math.floor(machineId / 2 ** shift) % 256)
  return [side === 'public' ? 0x04 : 0x06, 0x01, ...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':')
}
