import { callRefusals, lostAnswers } from './call-faults.ts'
import type { CloudFault } from './cloud-fault.ts'
import { birthFaults, destroyFaults, listFaults, mishaps } from './droplet-faults.ts'

const menu = [...callRefusals, ...lostAnswers, ...birthFaults, ...listFaults, ...destroyFaults, ...mishaps] as const

/** The name of a fault on the cloud's menu. */
export type CloudFaultName = (typeof menu)[number]['name']

/** Every fault that a test cloud can be told to have. */
export const cloudFaultMenu: readonly (CloudFault & { readonly name: CloudFaultName })[] = menu
