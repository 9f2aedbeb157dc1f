import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const agent = fileURLToPath(new URL('../../../agent/main.ts', import.meta.url))

/** An sshd of our own on this computer's own address, that lets one key do one thing: go through the agent's door into a folder. */
export interface LoopbackSshd {
  pid: number
  port: number
  /** Its public host key. */
  hostKey: string
  /** The private key that it lets in, and one that it does not. */
  identityFile: string
  strangerFile: string
  close(): Promise<void>
}

/** Where sshd is installed; undefined when it is not. */
export function findSshd(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin:/sbin command -v sshd'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** Starts one that lets its key into `machine`, through the agent's own door or with a shell; its own files lie in `folder`. */
export async function openLoopbackSshd(
  sshd: string,
  folder: string,
  machine: string,
  through: 'the door' | 'a shell',
): Promise<LoopbackSshd> {
  await mkdir(folder, { recursive: true })
  for (const key of ['host', 'identity', 'stranger']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, key)])
  }
  const identity = await readFile(join(folder, 'identity.pub'), 'utf8')
  const door = `'${process.execPath}' --disable-warning=ExperimentalWarning '${agent}' door '${machine}'`
  await writeFile(join(folder, 'shell'), `cd '${machine}' && exec sh -c "$SSH_ORIGINAL_COMMAND"\n`)
  const command = through === 'the door' ? door : `sh '${join(folder, 'shell')}'`
  await writeFile(join(folder, 'authorized'), `restrict,command="${command}" ${identity}`)
  const port = await freePort()
  await writeFile(join(folder, 'config'), configOf(folder, port))
  const child = startSshd(sshd, join(folder, 'config'))
  await untilItAnswers(port, child)
  const [kind, key] = (await readFile(join(folder, 'host.pub'), 'utf8')).split(' ')
  return {
    pid: child.pid ?? 0,
    port,
    hostKey: `${kind} ${key?.trim()}`,
    identityFile: join(folder, 'identity'),
    strangerFile: join(folder, 'stranger'),
    close: async () => {
      if (child.exitCode !== null) return
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      // Connections that still stand have it open, and would hold us up.
      child.stderr?.destroy()
    },
  }
}

/** Who logs in: whoever runs the test. */
export const loopbackUser = userInfo().username

function configOf(folder: string, port: number): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, 'host')}
AuthorizedKeysFile ${join(folder, 'authorized')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
`
}

/** As root sshd wants /run/sshd: it gets one in a mount namespace of its own, so that none is left behind. */
function startSshd(sshd: string, config: string): ChildProcess {
  const words = [sshd, '-D', '-e', '-f', config]
  const [command = '', ...args] =
    process.getuid?.() === 0
      ? ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"', 'sh', ...words]
      : words
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`sshd ended: ${said}`)
    await sleep(50)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}
