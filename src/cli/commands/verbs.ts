import type { Verb } from '../cli-context.ts'
import { addVerb } from './add.ts'
import { attentionVerb } from './attention.ts'
import { backupVerb } from './backup.ts'
import { batchesVerb } from './batches.ts'
import { checkVerb } from './check.ts'
import { collectVerb } from './collect.ts'
import { configVerb } from './config.ts'
import { demoVerb } from './demo.ts'
import { doctorVerb } from './doctor.ts'
import { exportVerb } from './export.ts'
import { heartbeatVerb } from './heartbeat.ts'
import { helpVerb } from './help.ts'
import { importVerb } from './import.ts'
import { initVerb } from './init.ts'
import { logsVerb } from './logs.ts'
import { panicVerb } from './panic.ts'
import { pauseVerb } from './pause.ts'
import { planVerb } from './plan.ts'
import { removeVerb } from './remove.ts'
import { resolveVerb } from './resolve.ts'
import { restoreVerb } from './restore.ts'
import { retryVerb } from './retry.ts'
import { runsVerb } from './runs.ts'
import { setVerb } from './set.ts'
import { statusVerb } from './status.ts'
import { sweepVerb } from './sweep.ts'
import { upVerb } from './up.ts'
import { whyVerb } from './why.ts'
import { workersVerb } from './workers.ts'

/** Every verb, by what it is for, in the order of `microfetch --help`. To add one: a file beside this one, and a line here. */
export const verbGroups: Readonly<Record<string, readonly Verb[]>> = {
  'Begin and work:': [demoVerb, initVerb, doctorVerb, configVerb, upVerb, heartbeatVerb, collectVerb],
  'Taxa:': [addVerb, setVerb, removeVerb, pauseVerb, checkVerb, importVerb],
  'Look:': [statusVerb, runsVerb, whyVerb, planVerb, batchesVerb, workersVerb, logsVerb, exportVerb],
  'Repair:': [attentionVerb, resolveVerb, retryVerb, sweepVerb, panicVerb],
  'Keep safe:': [backupVerb, restoreVerb],
  'Explain:': [helpVerb],
}
