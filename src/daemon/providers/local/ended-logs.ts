import { constants } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const folderName = 'ended'
const logNames = ['agent.log', 'agent.out', 'pipeline.log', 'launch/.nextflow.log']
const tailBytes = 65_536
const mostKept = 200

/** Keeps the last part of a machine's logs as `<work folder>/ended/<name>.log` for people who ask why; the oldest of many are let go. */
export async function keepLogs(workFolder: string, name: string, machineFolder: string): Promise<void> {
  const folder = join(workFolder, folderName)
  const parts = await Promise.all(logNames.map(logName => readTail(machineFolder, logName)))
  const text = parts.join('')
  if (text === '') return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // A destroy that is asked again finds less and less; what was kept first is the most.
  const kept = await open(join(folder, `${name}.log`), 'wx', 0o600).catch(() => undefined)
  if (kept === undefined) return
  try {
    await kept.writeFile(text)
  } finally {
    await kept.close()
  }
  await prune(folder)
}

async function readTail(machineFolder: string, logName: string): Promise<string> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(join(machineFolder, logName), flags).catch(() => undefined)
  if (handle === undefined) return ''
  try {
    const status = await handle.stat()
    if (!status.isFile() || status.size === 0) return ''
    const buffer = Buffer.alloc(Math.min(tailBytes, status.size))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, status.size - buffer.length)
    // What a machine wrote must not steer the terminal of whoever reads it.
    const text = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '?')
    return `==> ${logName} <==\n${text}\n`
  } finally {
    await handle.close()
  }
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= mostKept) return
  const aged = await Promise.all(names.map(async name => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  const old = aged.sort((a, b) => b.at - a.at).slice(mostKept)
  for (const { name } of old) await rm(join(folder, name), { force: true })
}
