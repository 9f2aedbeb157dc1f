import { addressAt, lastPlace, type Network } from '../network.ts'

/** Hands out the addresses of a network. What was given back is handed out again soon, so that a new droplet often has an old address. */
export class AddressPool {
  private readonly network: Network
  private readonly returned: string[] = []
  private nextPlace: number

  /** `firstPlace`: addresses before it are left for the network's own machines. */
  constructor(network: Network, firstPlace: number) {
    this.network = network
    this.nextPlace = firstPlace
  }

  /**
   * Takes an address. `reuse`, from 0 to 1, is the share of takings that get a returned address while there is one; `chance` and `which`,
   * both from 0 to just below 1, decide. Throws when the network is used up.
   */
  take(reuse: number, chance: number, which: number): string {
    const isUsedUp = this.nextPlace > lastPlace(this.network)
    if (this.returned.length > 0 && (isUsedUp || chance < reuse)) {
      const [address] = this.returned.splice(Math.floor(which * this.returned.length), 1)
      if (address !== undefined) return address
    }
    return addressAt(this.network, this.nextPlace++)
  }

  giveBack(address: string): void {
    this.returned.push(address)
  }
}
