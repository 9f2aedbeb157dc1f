import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineNeed } from '../provider.ts'
import type { SeenSize } from './answer-schemas.ts'
import { pickSize, type Choice } from './pick-size.ts'

const everywhere = ['fra1', 'ams3']

function aSize(slug: string, memoryGb: number, disk: number, dollars: number, changes: Partial<SeenSize> = {}): SeenSize {
  return {
    slug,
    memory: memoryGb * 1024,
    vcpus: memoryGb / 2,
    disk,
    price_hourly: dollars,
    regions: everywhere,
    available: true,
    gpu_info: undefined,
    ...changes,
  }
}

const sizes = [
  aSize('m-2vcpu-16gb', 16, 50, 0.125),
  aSize('s-2vcpu-4gb', 4, 80, 0.03571),
  aSize('s-4vcpu-8gb', 8, 160, 0.07143),
  aSize('c-2', 4, 25, 0.0625),
  aSize('s-8vcpu-16gb', 16, 320, 0.14286),
]

function picked(need: Partial<MachineNeed>, over: Partial<Choice> = {}): string {
  const choice: Choice = {
    sizes,
    allowed: [],
    regions: everywhere,
    image: { regions: everywhere, minDiskGb: 10 },
    diskReserveBytes: 8e9,
    isShort: () => false,
    ...over,
  }
  const quoted = pickSize({ memoryGb: 1, diskBytes: 1, ...need }, choice)
  return quoted.kind === 'quoted' ? `${quoted.quote.size} in ${quoted.quote.region}` : quoted.why
}

test('the cheapest size with memory and disk enough is taken, whatever the order of the list', () => {
  assert.equal(picked({}), 's-2vcpu-4gb in fra1')
  assert.equal(picked({ memoryGb: 4 }), 's-2vcpu-4gb in fra1')
  assert.equal(picked({ memoryGb: 4.1 }), 's-4vcpu-8gb in fra1')
  assert.equal(picked({ memoryGb: 16 }), 'm-2vcpu-16gb in fra1')
  assert.equal(picked({ memoryGb: 16, diskBytes: 43e9 }), 's-8vcpu-16gb in fra1')
})

test('the disk holds the system besides the work, and a quote says what is left for the work', () => {
  assert.equal(picked({ diskBytes: 72e9 }), 's-2vcpu-4gb in fra1')
  assert.equal(picked({ diskBytes: 72e9 + 1 }), 's-4vcpu-8gb in fra1')
  const choice = { allowed: [], regions: everywhere, image: undefined, diskReserveBytes: 8e9, isShort: () => false }
  const quoted = pickSize({ memoryGb: 4, diskBytes: 1 }, { sizes, ...choice })
  assert.deepEqual(quoted, {
    kind: 'quoted',
    quote: {
      size: 's-2vcpu-4gb',
      region: 'fra1',
      memoryGb: 4,
      cpus: 2,
      diskBytes: 72e9,
      price: { microdollarsPerHour: 35_710, minimumSeconds: 60, minimumMicrodollars: 10_000 },
    },
  })
})

test('a size is taken in the first region of the settings that has it', () => {
  const inAmsterdam = sizes.map(size => (size.slug === 's-2vcpu-4gb' ? { ...size, regions: ['ams3'] } : size))
  assert.equal(picked({}, { sizes: inAmsterdam }), 's-2vcpu-4gb in ams3')
  assert.equal(picked({}, { sizes: inAmsterdam, regions: ['fra1'] }), 'c-2 in fra1')
  assert.equal(picked({}, { regions: ['ams3', 'fra1'] }), 's-2vcpu-4gb in ams3')
})

test('a size that is sold out, or was a moment ago in this region, is passed over', () => {
  const soldOut = sizes.map(size => ({ ...size, available: size.slug !== 's-2vcpu-4gb' }))
  assert.equal(picked({}, { sizes: soldOut }), 'c-2 in fra1')
  assert.equal(picked({}, { isShort: (size, region) => `${size} ${region}` === 's-2vcpu-4gb fra1' }), 's-2vcpu-4gb in ams3')
})

test('an image rules out regions where it is not, and disks on which it does not fit', () => {
  assert.equal(picked({}, { image: { regions: ['ams3'], minDiskGb: 10 } }), 's-2vcpu-4gb in ams3')
  assert.equal(picked({}, { image: { regions: everywhere, minDiskGb: 100 } }), 's-4vcpu-8gb in fra1')
  assert.equal(picked({}, { image: undefined }), 's-2vcpu-4gb in fra1')
})

test('with sizes in the settings, none but those; without, none but the ordinary ones; and never one with a GPU', () => {
  const strange = [
    aSize('gpu-4000adax1-20gb', 32, 500, 0.001),
    aSize('s-gpu', 32, 500, 0.001, { gpu_info: { count: 1 } }),
    aSize('x9-experimental', 32, 500, 0.001),
    aSize('s-2vcpu-free', 4, 80, 0),
  ]
  const all = [...strange, ...sizes]
  assert.equal(picked({}, { sizes: all }), 's-2vcpu-4gb in fra1')
  assert.equal(picked({}, { sizes: all, allowed: ['s-4vcpu-8gb', 's-8vcpu-16gb'] }), 's-4vcpu-8gb in fra1')
  assert.equal(picked({}, { sizes: all, allowed: ['x9-experimental'] }), 'x9-experimental in fra1')
  assert.match(picked({}, { sizes: all, allowed: ['gpu-4000adax1-20gb', 's-gpu'] }), /^no size that may be used has 1 GB/)
})

test('why there is none says whether waiting can help', () => {
  assert.equal(
    picked({ memoryGb: 64, diskBytes: 1.5e9 }),
    'no size that may be used has 64 GB of memory and 10 GB of disk: look at digitalocean.sizes',
  )
  assert.equal(
    picked({ memoryGb: 16 }, { regions: ['nyc1'] }),
    'no size with 16 GB of memory and 9 GB of disk is to be had now in nyc1 with this image',
  )
})
