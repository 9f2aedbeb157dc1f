import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { Problem } from '../core/problem.ts'
import { lockHolder, takeDaemonLock } from './daemon-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-lock-'))
after(() => rmSync(folder, { recursive: true }))

const holder = { command: 'microfetch up', since: '2026-08-22T10:00:00.000Z' }

/** A program of its own that takes the lock and then waits to be killed. */
async function aHolder(lockFile: string): Promise<ChildProcess> {
  const script = `
    const { takeDaemonLock } = await import(${JSON.stringify(new URL('./daemon-lock.ts', import.meta.url).href)})
    globalThis.lock = takeDaemonLock(${JSON.stringify(lockFile)}, ${JSON.stringify(holder)})
    process.stdout.write('held')
    setInterval(() => undefined, 1000)`
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(program.stdout, 'data')
  return program
}

suite('the lock of a daemon', () => {
  test('is refused to a second program, which is told who holds it, and freed by a SIGKILL', async () => {
    const lockFile = join(folder, 'one.lock')
    const program = await aHolder(lockFile)
    assert.throws(
      () => takeDaemonLock(lockFile, holder),
      (error: unknown) =>
        error instanceof Problem &&
        error.code === 'not-allowed' &&
        error.message.includes(`"microfetch up", pid ${program.pid} on `) &&
        error.message.includes('since 2026-08-22T10:00:00.000Z'),
    )
    const seen = lockHolder(lockFile)
    assert.ok(typeof seen === 'object' && seen.pid === program.pid)
    program.kill('SIGKILL')
    await once(program, 'exit')
    assert.equal(lockHolder(lockFile), undefined)
    takeDaemonLock(lockFile, holder).release()
  })

  test('is held against its own program too, until it is released', () => {
    const lockFile = join(folder, 'two.lock')
    const lock = takeDaemonLock(lockFile, holder)
    assert.throws(() => takeDaemonLock(lockFile, holder), /another microfetch works here/)
    lock.release()
    takeDaemonLock(lockFile, holder).release()
  })

  test('still holds after somebody has looked who holds it', () => {
    const lockFile = join(folder, 'three.lock')
    const lock = takeDaemonLock(lockFile, holder)
    assert.ok(lockHolder(lockFile) !== undefined)
    assert.throws(() => takeDaemonLock(lockFile, holder), /another microfetch/)
    lock.release()
  })

  test('holds although nothing can be read about its holder', () => {
    const lockFile = join(folder, 'four.lock')
    const lock = takeDaemonLock(lockFile, holder)
    rmSync(`${lockFile}.holder.json`)
    assert.equal(lockHolder(lockFile), 'somebody')
    assert.throws(() => takeDaemonLock(lockFile, holder), /another microfetch works here$/)
    lock.release()
  })

  test('keeps its side file empty: nothing that a death could leave half-written', () => {
    const lockFile = join(folder, 'five.lock')
    takeDaemonLock(lockFile, holder).release()
    assert.equal(readFileSync(lockFile).length, 0)
  })

  test('cannot be taken where the home cannot be written', () => {
    assert.throws(
      () => takeDaemonLock(join(folder, 'nowhere', 'six.lock'), holder),
      (error: unknown) => error instanceof Problem && error.code === 'refused',
    )
  })
})
