import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test, type TestContext } from 'node:test'
import { answering, openScriptedServer, resetting, silent, type Reply } from '../../../test/fakes/scripted-server.ts'
import type { Notice } from '../../core/notice.ts'
import { fetchThrough } from '../fetch/fetch-through.ts'
import { mail } from './mail.ts'
import { webhook } from './webhook.ts'
import { writeMail } from './write-mail.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-notify-'))
after(() => rmSync(folder, { recursive: true }))

const notice: Notice = {
  kind: 'opened',
  at: '2026-03-10T06:00:00.000Z',
  title: 'library-full',
  text: 'Seen: no space',
  need: null,
  daily: null,
}
const never = new AbortController().signal

async function aWebhook(t: TestContext, reply: Reply) {
  const server = await openScriptedServer(reply)
  const route = { httpProxy: undefined, httpsProxy: undefined, noProxy: undefined, caPem: undefined, connectSeconds: 2 }
  const through = fetchThrough({ ...route, userAgent: 'microfetch/0' })
  t.after(async () => {
    await through.close()
    await server.close()
  })
  const url = `${server.url}/hooks/very-secret`
  const channel = webhook({ url, host: 'here', fetch: request => through.fetch(request), seconds: 0.3 })
  return { server, url, send: () => channel.send(notice, never) }
}

suite('the webhook', () => {
  test('posts JSON with the words in `text`, as chat programs read it', async t => {
    let body = ''
    const { server, send } = await aWebhook(t, () => undefined)
    server.server.removeAllListeners('request')
    server.server.on('request', (request, response) => {
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece))
      request.on('end', () => response.writeHead(204).end())
    })
    await send()
    const said = JSON.parse(body) as Record<string, unknown>
    assert.deepEqual([said['host'], said['kind'], said['title']], ['here', 'opened', 'library-full'])
    assert.equal(said['text'], 'microfetch on here: library-full\nSeen: no space')
  })

  const faults: Record<string, Reply> = {
    'is refused': answering(500, 'very-secret'),
    'is sent on elsewhere': answering(302, '', { location: 'http://127.0.0.1:9/other' }),
    'is cut off': resetting,
    'hears nothing': silent,
  }
  for (const [what, reply] of Object.entries(faults)) {
    test(`has not arrived when it ${what}, and never says the address`, async t => {
      const { server, send } = await aWebhook(t, reply)
      await assert.rejects(send, (error: Error) => !/very-secret|hooks/.test(`${error.message}${String(error.cause)}`))
      assert.equal(server.heard.length, 1, 'no redirect is followed, nothing is tried again')
    })
  }
})

/** A program that keeps its input in a file. */
function aProgram(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

const mailBy = (command: string[], seconds = 5) =>
  mail({ command, to: 'ops@example.org', host: 'here', environment: { PATH: '/usr/bin:/bin' }, seconds })

suite('the mail command', () => {
  test('is given a whole mail on its input, its arguments as they are, and nothing of our environment', async () => {
    const path = join(folder, 'mail.txt')
    process.env['MICROFETCH_TEST_SECRET'] = 'visible'
    const command = aProgram('keep', `cat > ${path}; echo "args: $*" >> ${path}; env >> ${path}`)
    await mailBy([command, '-t', '$(touch /tmp/never) ; a b']).send(notice, never)
    delete process.env['MICROFETCH_TEST_SECRET']
    const text = readFileSync(path, 'utf8')
    assert.match(
      text,
      /^To: ops@example\.org\nSubject: microfetch on here: library-full\nDate: Tue, 10 Mar 2026 06:00:00 \+0000\n/,
    )
    assert.match(text, /\n\nSeen: no space\nargs: -t \$\(touch \/tmp\/never\) ; a b\n/)
    assert.doesNotMatch(text, /visible/)
  })

  test('that fails, cannot be started, or does not end is told, and what it started is ended', async () => {
    await assert.rejects(
      mailBy([aProgram('fail', 'cat > /dev/null; echo no route >&2; exit 75')]).send(notice, never),
      /75: no route/,
    )
    await assert.rejects(mailBy([join(folder, 'nowhere')]).send(notice, never), /could not be started/)
    const path = join(folder, 'pid')
    const hangs = aProgram('hang', `sleep 60 & echo $! > ${path}; wait`)
    await assert.rejects(mailBy([hangs], 0.3).send(notice, never), /did not end within/)
    const pid = Number(readFileSync(path, 'utf8'))
    for (let look = 0; look < 100 && isThere(pid); look += 1) await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(isThere(pid), false)
  })

  test('that does not read its input is judged by its status', async () => {
    await mailBy([aProgram('deaf', 'exit 0')]).send({ ...notice, text: 'x'.repeat(500_000) }, never)
  })
})

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

suite('a mail', () => {
  const headersOf = (mailText: string) => mailText.slice(0, mailText.indexOf('\n\n')).split('\n')

  test('cannot be given headers by what it tells', () => {
    const evil = { ...notice, title: 'full\r\nBcc: all@example.org\u2028X: y', text: 'a\n.\nb\r\rc\u0007' }
    const text = writeMail(evil, { to: 'a@b\nCc: c@d', host: 'he\nre' })
    assert.equal(headersOf(text).length, 7)
    assert.deepEqual(
      headersOf(text).filter(line => /^(Bcc|Cc|X):/i.test(line)),
      [],
    )
    assert.match(text, /\n\na\n\. \nb\n\nc \n$/)
    assert.doesNotMatch(text, /[\r\u2028\u0007]/)
  })

  test('keeps letters that are not ASCII in its subject, and its lines short', () => {
    const text = writeMail({ ...notice, title: 'Grüße, ☃'.repeat(9), text: 'é'.repeat(2000) }, { to: undefined, host: 'here' })
    const subject = /Subject: ([\s\S]*?)\nDate/.exec(text)?.[1] ?? ''
    const words = subject
      .split('\n ')
      .map(word => Buffer.from(word.replace(/^=\?UTF-8\?B\?|\?=$/g, ''), 'base64').toString('utf8'))
    assert.match(words.join(''), /^microfetch on here: Grüße, ☃/)
    assert.ok(text.split('\n').every(line => Buffer.byteLength(line) < 998))
  })
})
