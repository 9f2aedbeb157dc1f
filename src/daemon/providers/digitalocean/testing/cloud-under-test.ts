import { setImmediate as turn } from 'node:timers/promises'
import { aBootPlan } from '../../../../../test/contracts/a-boot-plan.ts'
import type { ProviderUnderTest } from '../../../../../test/contracts/provider-contract.ts'
import { noEffectPoint } from '../../../../core/effect-point.ts'
import { fullToken } from '../../../../rehearsal/cloud/cloud-settings.ts'
import { openCloud, type CloudOptions, type OpenCloud } from '../../../../rehearsal/cloud/open-cloud.ts'
import type { BootPlan, Machine, Provider, Quote } from '../../provider.ts'
import { digitaloceanProvider } from '../digitalocean-provider.ts'
import type { DigitalOceanOptions } from '../digitalocean-options.ts'

/** A provider over a test cloud whose droplets are only entries, on a clock that moves only when somebody waits. */
export interface CloudUnderTest extends ProviderUnderTest {
  cloud: OpenCloud
  options: DigitalOceanOptions
  /** Lines that were warned of. */
  warned: string[]
  newName: () => string
  newBoot: () => BootPlan
  now: () => Date
  pass: (seconds: number) => Promise<void>
  /** Another provider of the same installation, or of another. */
  another: (changes?: Partial<DigitalOceanOptions>) => Provider
  /** A machine that was created now, as the API first tells of it. */
  made: (name?: string, boot?: BootPlan) => Promise<Machine>
  close: () => Promise<void>
}

/** As the cheapest size that meets a small need is quoted. */
export const smallQuote: Quote = {
  size: 's-1vcpu-1gb',
  region: 'fra1',
  memoryGb: 1,
  cpus: 1,
  diskBytes: 17e9,
  price: { microdollarsPerHour: 8930, minimumSeconds: 60, minimumMicrodollars: 10_000 },
}

/** Opens one. */
export async function openCloudUnderTest(
  cloudOptions: CloudOptions = {},
  changes: Partial<DigitalOceanOptions> = {},
): Promise<CloudUnderTest> {
  let nowMs = Date.parse('2026-08-20T12:00:00Z')
  const now = () => new Date(nowMs)
  const cloud = await openCloud({ clock: now, tickMs: 0, dropletLimit: 500, ...cloudOptions })
  const pass = async (seconds: number) => {
    nowMs += seconds * 1000
    await cloud.settle()
  }
  const warned: string[] = []
  const options: DigitalOceanOptions = {
    ...usualOptions(cloud.url),
    clock: now,
    timing: {
      nowMs: () => nowMs,
      random: () => 0.5,
      sleep: async ms => {
        await turn()
        await pass(ms / 1000)
      },
    },
    log: { say: () => undefined, warn: (text, fields) => void warned.push(`${text} ${JSON.stringify(fields ?? {})}`) },
    ...changes,
  }
  const provider = digitaloceanProvider(options)
  let names = 0
  const newBoot = () => aBootPlan(`attempt-${++names}`, { quote: smallQuote })
  const newName = () => `mf-${++names}`
  const change = (machine: Machine) => cloud.world.look(Number(machine.id))
  return {
    ...{ provider, cloud, options, warned, now, pass, newBoot, newName },
    another: more => digitaloceanProvider({ ...options, ...more }),
    made: async (name = newName(), boot = newBoot()) => {
      const created = await provider.create(name, boot)
      if (created.kind !== 'created') throw new Error(`not created but ${created.kind}: ${created.why}`)
      return created.machine
    },
    whenUp: () => pass(120),
    passTime: () => pass(10),
    stopPrograms: async machine => cloud.change({ kind: 'note-off', dropletId: Number(machine.id) }),
    markKeep: async machine => void change(machine)?.tags.push('mf-keep'),
    unknownId: '1',
    close: () => cloud.close(),
  }
}

/** Options that reach an API at an address, with time and chance of this machine. */
export function usualOptions(apiUrl: string): DigitalOceanOptions {
  return {
    apiUrl,
    token: fullToken,
    installationId: 'here',
    regions: ['fra1', 'ams3'],
    sizes: [],
    image: 'debian-12-x64',
    vpcUuid: undefined,
    addressKind: 'public',
    sshKeys: [],
    diskReserveBytes: 8e9,
    fetch: request => fetch(request),
    userData: () => ({ kind: 'ready', text: '#!/bin/sh\ntrue\n' }),
    clock: () => new Date(),
    callSeconds: 10,
    effect: noEffectPoint,
    log: { say: () => undefined, warn: () => undefined },
  }
}
