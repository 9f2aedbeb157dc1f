import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Every attack of the suite. */
const suites = ['hostile-machine.test.ts', 'hostile-files.test.ts', 'hostile-sender.test.ts', 'removing-over-ssh.test.ts']
/** Nobody's: what a file system gives to whoever has no name. */
const nobody = 65_534

suite('the suite of hostile machines', () => {
  const skip = process.getuid?.() !== 0 && 'whoever runs this is another user already'

  test('ends as well when the collector is not root', { skip }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mf-nobody-'))
    await chown(folder, nobody, nobody)
    try {
      const files = suites.map(name => fileURLToPath(new URL(name, import.meta.url)))
      const { status, said } = await runAs(nobody, folder, [process.execPath, '--test', '--test-reporter=tap', ...files])
      assert.equal(status, 0, failuresIn(said))
      const passed = Number(/^# pass (\d+)$/m.exec(said)?.[1])
      assert.ok(passed > 60, `only ${passed} tests ran`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

/** What is told of the tests that failed. */
function failuresIn(tap: string): string {
  const parts = tap.split(/^(?= *(?:not )?ok )/m)
  return parts
    .filter(part => part.trimStart().startsWith('not ok'))
    .join('')
    .slice(0, 6000)
}

function runAs(user: number, folder: string, words: string[]): Promise<{ status: number | null; said: string }> {
  const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
  return new Promise((resolve, reject) => {
    const args = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--', ...words]
    const child = spawn('setpriv', args, { env: { PATH: path, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', reject)
    child.on('close', status => resolve({ status, said }))
  })
}
