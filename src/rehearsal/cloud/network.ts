/** A range of IPv4 addresses; its first address is the gateway. */
export interface Network {
  /** `198.18.0.0/16`. */
  cidr: string
}

/** The addresses that the test cloud hands out when nobody says which: ranges that no public network has. */
export const usualNetworks: { public: Network; private: Network } = {
  public: { cidr: '198.18.0.0/16' },
  private: { cidr: '10.106.0.0/16' },
}

/** The address so many places after the network's own; 1 is the gateway. Refuses places outside. */
export function addressAt(network: Network, place: number): string {
  if (place < 1 || place > lastPlace(network)) throw new RangeError(`${network.cidr} has no address ${place}`)
  return textOf(baseOf(network) + place)
}

/** Place of the last address that a host can have. */
export function lastPlace(network: Network): number {
  return 2 ** (32 - bitsOf(network)) - 2
}

/** The gateway: the first address. */
export function gatewayOf(network: Network): string {
  return addressAt(network, 1)
}

/** The mask in dotted form: `255.255.0.0`. */
export function netmaskOf(network: Network): string {
  return textOf(2 ** 32 - 2 ** (32 - bitsOf(network)))
}

function bitsOf({ cidr }: Network): number {
  const bits = Number(cidr.split('/')[1])
  if (!Number.isInteger(bits) || bits < 8 || bits > 30) throw new RangeError(`${cidr} is no network of 8 to 30 bits`)
  return bits
}

function baseOf({ cidr }: Network): number {
  const parts = (cidr.split('/')[0] ?? '').split('.').map(Number)
  if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new RangeError(`${cidr} is no network`)
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
}
