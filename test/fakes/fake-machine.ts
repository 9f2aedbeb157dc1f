import type { ClosingDocument, Standing } from '../../src/api/closing.ts'
import { formatManifest, manifestSha256, type Manifest } from '../../src/transfer/manifest.ts'
import type { BootPlan, Machine } from '../../src/daemon/providers/provider.ts'

/** What an agent has handed over of one run. */
export interface FakeResult {
  /** As the manifest says. */
  manifest: Manifest
  manifestSha256: string
  /** As the files really are. */
  files: Manifest
  /** So many copies of it go wrong on the way before one is right. */
  badCopies: number
}

/** A machine that is not there: what its provider knows of it, and what an agent has left on it. */
export class FakeMachine {
  readonly machine: Machine
  readonly boot: BootPlan
  /** `there` · `going` its destruction was asked for · `gone` the provider no longer knows it. */
  state: 'there' | 'going' | 'gone' = 'there'
  /** Looks at the list in which it does not show yet. */
  hiddenLooks = 0
  /** Asks of destroy that are answered `going` before it is gone. */
  destroyAsks = 0
  /** Whether what lies on it can be read. */
  isReachable = true
  standing: Standing | undefined
  closing: ClosingDocument | undefined
  /** By run accession. They stay here when the machine is gone, for whoever asks what was lost with it. */
  readonly results = new Map<string, FakeResult>()

  constructor(machine: Machine, boot: BootPlan) {
    this.machine = machine
    this.boot = boot
  }

  /** Whether an agent may still be at work on it. */
  get isRunning(): boolean {
    return this.state !== 'gone' && this.machine.status === 'active'
  }

  /** Everything in it ends; the machine stays. */
  stop(): void {
    this.machine.status = 'off'
  }

  /** The agent hands over a run; `files` are what really lies there, where that is not what the manifest says. Gives the manifest's SHA-256. */
  handOver(runAccession: string, manifest: Manifest, { files = manifest, badCopies = 0 } = {}): string {
    const sha256 = manifestSha256(formatManifest(manifest))
    this.results.set(runAccession, { manifest, manifestSha256: sha256, files, badCopies })
    return sha256
  }
}
