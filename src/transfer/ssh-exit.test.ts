import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { problemOfSsh } from './ssh-exit.ts'

const place = { address: '192.0.2.7', alias: 'mf-a1' }
const nothingCame = 'rsync: connection unexpectedly closed (0 bytes received so far) [Receiver]\n'

/** What OpenSSH 9.2 wrote, tried against a real sshd, and what it stands for. */
const heard: Record<string, { complaint: string; code: string; says: RegExp }> = {
  'another host key': {
    complaint:
      '@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key for mf-a1 has changed and you have requested strict checking.\nHost key verification failed.\n',
    code: 'broken-answer',
    says: /somebody else's machine/,
  },
  'no key of the kind that was made': {
    complaint: 'Unable to negotiate with 192.0.2.7 port 22: no matching host key type found. Their offer: ssh-rsa\n',
    code: 'broken-answer',
    says: /somebody else's machine/,
  },
  'a jump host that is not known': {
    complaint:
      'No ED25519 host key is known for gate and you have requested strict checking.\nHost key verification failed.\nConnection closed by UNKNOWN port 65535\n',
    code: 'refused',
    says: /jump host/,
  },
  'a key that is not let in': {
    complaint: 'mf-collect@192.0.2.7: Permission denied (publickey).\n',
    code: 'refused',
    says: /does not let us in/,
  },
  'a key of ours that everybody may read': {
    complaint: 'Load key "/k": bad permissions\nmf-collect@192.0.2.7: Permission denied (publickey).\n',
    code: 'refused',
    says: /our own key/,
  },
  'a port without sshd': {
    complaint: 'ssh: connect to host 192.0.2.7 port 22: Connection refused\n',
    code: 'unreachable',
    says: /nothing answers ssh/,
  },
  'no way there': {
    complaint: 'ssh: connect to host 192.0.2.7 port 22: No route to host\n',
    code: 'unreachable',
    says: /no way there/,
  },
  'a host that hangs': { complaint: 'Connection timed out during banner exchange\n', code: 'unreachable', says: /in time/ },
  'a line that went silent': { complaint: 'Timeout, server 192.0.2.7 not responding.\n', code: 'unreachable', says: /in time/ },
  'a host that hangs up': {
    complaint: 'kex_exchange_identification: Connection closed by remote host\n',
    code: 'unreachable',
    says: /hung up/,
  },
  'a name that leads nowhere': {
    complaint: 'ssh: Could not resolve hostname x: Name or service not known\n',
    code: 'unreachable',
    says: /leads nowhere/,
  },
}

suite('what ssh complains of', () => {
  for (const [name, { complaint, code, says }] of Object.entries(heard)) {
    test(`is understood: ${name}`, () => {
      for (const exit of [
        { status: 255, signal: null, complaint },
        { status: 12, signal: null, complaint: complaint + nothingCame },
      ]) {
        const problem = problemOfSsh(exit, place)
        assert.equal(problem?.code, code)
        assert.match(problem?.message ?? '', says)
        assert.equal(problem?.message.includes('@@@'), false)
      }
    })
  }

  test('is not looked for when rsync itself had begun', () => {
    const complaint =
      'Permission denied (publickey).\nrsync: connection unexpectedly closed (4711 bytes received so far) [receiver]\n'
    assert.equal(problemOfSsh({ status: 12, signal: null, complaint }, place), undefined)
    assert.equal(problemOfSsh({ status: 0, signal: null, complaint }, place), undefined)
  })

  test('of a file that may not be read over there is no refusal of our key', () => {
    const complaint = `rsync: [sender] send_files failed to open "/x": Permission denied (13)\n${nothingCame}`
    assert.equal(problemOfSsh({ status: 23, signal: null, complaint }, place), undefined)
  })

  test('about the key of an attempt whose name only begins alike is not about this machine', () => {
    const complaint = 'Host key for mf-a10 has changed and you have requested strict checking.\nHost key verification failed.\n'
    assert.equal(problemOfSsh({ status: 255, signal: null, complaint }, place)?.code, 'refused')
  })
})
