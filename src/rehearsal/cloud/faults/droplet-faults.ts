import type { CloudFault } from './cloud-fault.ts'

/** Droplets that are not born as they should be. */
export const birthFaults = [
  {
    name: 'gone-after-accept',
    does: 'Accepts a create with 202 and removes the droplet again after some seconds (5): there was no capacity.',
    defaults: { seconds: 5 },
    birth(plan, { seconds }) {
      plan.goneAfterSeconds = seconds
      plan.activeAfterSeconds = undefined
    },
  },
  {
    name: 'create-errs',
    does: 'Accepts a create; after some seconds (10) its action errs, and the droplet stays `new` until it is destroyed.',
    defaults: { seconds: 10 },
    birth(plan, { seconds }) {
      plan.errsAfterSeconds = seconds
      plan.activeAfterSeconds = undefined
    },
  },
  {
    name: 'never-active',
    does: 'Accepts a create and leaves the droplet `new` for ever.',
    birth: plan => void (plan.activeAfterSeconds = undefined),
  },
  {
    name: 'slow-boot',
    does: 'Leaves the droplet `new` for a long time (900 s).',
    defaults: { seconds: 900 },
    birth: (plan, { seconds }) => void (plan.activeAfterSeconds = seconds),
  },
  {
    name: 'dead-boot',
    does: 'Makes the droplet active, with addresses; nothing ever comes up in it.',
    birth: plan => void (plan.isDead = true),
  },
  {
    name: 'late-address',
    does: 'Shows no address of an active droplet for some seconds (300).',
    defaults: { seconds: 300 },
    birth: (plan, { seconds }) => void (plan.addressAfterSeconds = seconds),
  },
  {
    name: 'no-address',
    does: 'Never shows an address of an active droplet.',
    birth: plan => void (plan.addressAfterSeconds = undefined),
  },
  {
    name: 'late-in-list',
    does: 'Leaves a new droplet out of lists for some seconds (120); by its number it is found.',
    defaults: { seconds: 120 },
    birth: (plan, { seconds }) => void (plan.inListAfterSeconds = seconds),
  },
  {
    name: 'late-to-be-found',
    does: 'Answers 404 for a new droplet, and leaves it out of lists, for some seconds (30).',
    defaults: { seconds: 30 },
    birth(plan, { seconds }) {
      plan.foundAfterSeconds = seconds
      plan.inListAfterSeconds = Math.max(seconds, plan.inListAfterSeconds ?? 0)
    },
  },
  {
    name: 'twins',
    does: 'Makes further droplets (1) of the same name and tags with one create, and tells of the first only.',
    defaults: { amount: 1 },
    birth: (plan, { amount }) => void (plan.twins = amount),
  },
] as const satisfies readonly CloudFault[]

/** Lists that do not say what is there. */
export const listFaults = [
  { name: 'list-misses', does: 'Leaves droplets that fit out of a list.', leavesOut: true },
  {
    name: 'list-frozen',
    does: 'Answers a list with the droplets, and in the states, that it showed when the fault was armed.',
    freezes: true,
  },
] as const satisfies readonly CloudFault[]

/** Deletes that are answered 204 and do not do what they should. */
export const destroyFaults = [
  {
    name: 'slow-destroy',
    does: 'Accepts a delete with 204; the droplet lives on for some seconds (600).',
    defaults: { seconds: 600 },
    destroy: (plan, { seconds }) => void (plan.afterSeconds = seconds),
  },
  {
    name: 'destroy-forgotten',
    does: 'Accepts a delete with 204 and does nothing.',
    destroy: plan => void (plan.afterSeconds = undefined),
  },
  {
    name: 'comes-back',
    does: 'Accepts a delete with 204; the droplet is not found any more, and is there again after some seconds (3600).',
    defaults: { seconds: 3600 },
    destroy: (plan, { seconds }) => void (plan.comesBackAfterSeconds = seconds),
  },
  {
    name: 'stays-in-list',
    does: 'Shows a destroyed droplet in lists for some seconds (300) more.',
    defaults: { seconds: 300 },
    destroy: (plan, { seconds }) => void (plan.goneFromListSeconds = seconds),
  },
] as const satisfies readonly CloudFault[]

/** What happens to droplets that run. */
export const mishaps = [
  { name: 'vanish', does: 'Removes a running droplet, with nobody having asked.', mishap: () => ({ kind: 'vanish' }) },
  { name: 'off', does: 'Switches a running droplet off; it is billed on.', mishap: () => ({ kind: 'off' }) },
  {
    name: 'busy',
    does: 'Keeps a running droplet in an event of the cloud for some seconds (300): deletes are refused with 422.',
    defaults: { lastsSeconds: 300 },
    mishap: ({ lastsSeconds }) => ({ kind: 'busy', event: 'snapshot', lastsSeconds }),
  },
  {
    name: 'host',
    does: 'Lets something happen inside a running droplet: its line is cut or slow, it is frozen, or lacks disk or memory.',
    mishap: ({ host, lastsSeconds }) => ({ kind: 'host', fault: host, lastsSeconds }),
  },
] as const satisfies readonly CloudFault[]
