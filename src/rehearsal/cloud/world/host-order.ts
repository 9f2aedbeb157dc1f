import type { DropletSpec, HostFault } from '../droplet-hosts.ts'

/** What the world asks of what makes its droplets real. */
export type HostOrder =
  | { kind: 'boot'; dropletId: number; spec: DropletSpec }
  | { kind: 'end'; dropletId: number }
  | { kind: 'power-off'; dropletId: number }
  | { kind: 'harm'; dropletId: number; fault: HostFault }
  | { kind: 'heal'; dropletId: number }
