import { spawn, type ChildProcess } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { machineFiles } from './machine-folder.ts'
import { folderMarker, machineMarker } from './running-programs.ts'

/** What a machine's first program needs to know. */
export interface AgentStart {
  name: string
  folder: string
  attemptId: string
  createdAt: Date
  /** The agent's command line. */
  command: readonly string[]
  /** All of its environment but our markers. */
  environment: Record<string, string>
}

/*
 * The machine writes its id before any work, in the very program that then becomes the agent: whenever we die, either
 * nothing runs or the id stands in the folder. The start time is field 22 of /proc/<pid>/stat; it and the pid survive the exec.
 */
const prelude = `
set -efu
umask 077
field22() { shift 19; printf '%s' "$1"; }
read -r boot </proc/sys/kernel/random/boot_id
read -r stat </proc/$$/stat
start=$(field22 \${stat##*) })
printf '{"version":1,"machineId":"%s.%s.%s","name":"%s","attemptId":"%s","createdAt":"%s"}\\n' \\
  "$boot" "$$" "$start" "$1" "$2" "$3" >${machineFiles.machine}.new
mv ${machineFiles.machine}.new ${machineFiles.machine}
shift 3
exec "$@"
`

/**
 * Starts the agent in a session of its own, with its output in the machine's folder, so that it lives on when we do not. Rejects when
 * nothing could be started.
 */
export async function startAgent(start: AgentStart): Promise<ChildProcess> {
  const output = await open(join(start.folder, machineFiles.output), 'ax', 0o600)
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', prelude, 'microfetch-machine', start.name, start.attemptId, start.createdAt.toISOString(), ...start.command],
      {
        cwd: start.folder,
        detached: true,
        env: { ...start.environment, [machineMarker]: start.name, [folderMarker]: start.folder },
        stdio: ['ignore', output.fd, output.fd],
      },
    )
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    return child
  } finally {
    await output.close()
  }
}
