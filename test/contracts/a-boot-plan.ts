import { wireVersion, type Assignment } from '../../src/api/assignment.ts'
import type { BootPlan } from '../../src/daemon/providers/provider.ts'

/** A whole and valid boot plan; override what matters. */
export function aBootPlan(attemptId: string, changes: Partial<BootPlan> = {}): BootPlan {
  return {
    attemptId,
    token: 'f'.repeat(64),
    serverUrl: undefined,
    memoryGb: 1,
    diskBytes: 1,
    quote: undefined,
    hostKey: undefined,
    expiresAt: new Date('2030-01-01T00:00:00Z'),
    assignment: anAssignment(attemptId),
    ...changes,
  }
}

function anAssignment(attemptId: string): Assignment {
  return {
    version: wireVersion,
    attemptId,
    batchName: 'a-batch',
    recipe: {
      name: 'fetch',
      project: '/nowhere',
      revision: '',
      identity: '0123456789abcdef',
      profile: 'local',
      params: {},
      samplesheet: { delimiter: ',', lines: 'file', columns: {} },
      outputs: [],
      exitCodes: {},
    },
    runs: [],
    nextflow: ['true'],
    memoryGb: 1,
    cpus: 1,
    beatSeconds: 1,
    deadlineSeconds: 60,
    stallSeconds: 60,
    environment: {},
  }
}
