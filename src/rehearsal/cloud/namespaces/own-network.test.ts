import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { controlTrees } from './control-groups.ts'
import { startInOwnNetwork } from './own-network.ts'
import { until } from './testing/small-cloud.ts'
import { whyNoNamespaces } from './why-no-namespaces.ts'

suite('a network of its own', { skip: whyNoNamespaces() ?? false }, () => {
  const say = async (argv: [string, ...string[]]): Promise<{ code: number; said: string }> => {
    const network = startInOwnNetwork(argv, { stdio: 'pipe' })
    network.stdin?.end()
    network.stderr?.resume()
    assert.ok(network.stdout)
    const [said, code] = await Promise.all([text(network.stdout), network.ended])
    return { code, said }
  }

  test('has a loopback, and no way out', async () => {
    const { code, said } = await say([
      'sh',
      '-c',
      'ip -brief link | cut -d" " -f1; ip route; ip -6 route; ip route get 192.0.2.1',
    ])
    assert.equal(said.trim(), 'lo')
    assert.equal(code, 2, 'there is no route')
  })

  test('hides the sockets below /run, by which others on the machine could be asked', async () => {
    assert.deepEqual((await say(['find', '/run', '-type', 's'])).said, '')
  })

  test("hands on the command's exit status", async () => {
    assert.equal((await say(['sh', '-c', 'exit 7'])).code, 7)
    assert.equal((await say(['sh', '-c', 'kill -s KILL $$'])).code, 137)
    assert.equal((await say(['no-such-program'])).code, 127)
  })

  test('hands on signals, also interrupts', async () => {
    for (const name of ['TERM', 'INT', 'HUP']) {
      const script = `trap 'echo heard; exit 5' ${name}; echo begun; while :; do sleep 0.05; done`
      const network = startInOwnNetwork(['sh', '-c', script], { stdio: 'pipe' })
      assert.ok(network.stdout)
      await once(network.stdout, 'data')
      const heard = text(network.stdout)
      network.signal(name)
      assert.equal(await network.ended, 5)
      assert.equal(await heard, 'heard\n')
    }
  })

  test('ends with everything that was started in it', async () => {
    const word = wordFor('ends')
    await say(['sh', '-c', `setsid sleep ${word} >/dev/null 2>&1 & sleep 0.3`])
    assert.deepEqual(programsWith(word), [])
  })

  for (const victim of ['the program that made it', 'the program that holds its namespaces'] as const) {
    test(`leaves nothing when ${victim} is killed, not even what is frozen`, async () => {
      const word = wordFor(victim)
      const holder = await frozen(word)
      const groups = groupsOf(holder.pid ?? 0)
      assert.ok(programsWith(word).length > 0 && groups.length > 0)
      if (victim === 'the program that made it') holder.kill('SIGKILL')
      else
        for (const pid of programsWith('--kill-child=KILL').filter(pid => programsWith(word).includes(pid)))
          process.kill(pid, 'SIGKILL')
      await until('all is gone', () => programsWith(word).length === 0 && groupsOf(holder.pid ?? 0).length === 0)
    })
  }
})

/** Starts a network that holds a frozen droplet with the word in the command line of a program on it. */
async function frozen(word: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./testing/hold-network.ts', import.meta.url))
  const holder = spawn(process.execPath, [program, word], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return holder
}

/** A number of seconds that no other program sleeps. */
function wordFor(seed: string): string {
  return `${900_000_000 + process.pid * 100 + seed.length}`
}

function programsWith(word: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => commandLine(pid).includes(word))
    .map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

function groupsOf(pid: number): string[] {
  const { memory, freezer } = controlTrees()
  return [memory, freezer].flatMap(root =>
    root === undefined ? [] : readdirSync(root).filter(name => name.startsWith(`microfetch-cloud-${pid}-`)),
  )
}
