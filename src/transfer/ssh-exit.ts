import { Problem, type ProblemCode } from '../core/problem.ts'
import type { RsyncExit } from './rsync-exit.ts'

/** What ssh exits with when it could not connect or lost its connection; a command over there may pretend it. */
const sshFailed = 255
/** What rsync says, mostly with status 12, when its ssh ended before a single byte had come. */
const nothingCame = '(0 bytes received so far)'

interface Meaning {
  says: RegExp
  code: ProblemCode
  text: string
}

/** What OpenSSH (8.4 to 10) writes, from the most telling to the least. */
const meanings: readonly Meaning[] = [
  {
    says: /UNPROTECTED PRIVATE KEY|bad permissions|Load key .*(invalid|error|denied|No such)|Identity file .* not accessible|no such identity/i,
    code: 'refused',
    text: 'our own key cannot be used: check the path, owner and mode (0600) of the identity file',
  },
  {
    says: /Host key verification failed/,
    code: 'refused',
    text: 'the jump host has another host key than this user knows, or none: compare its key and put it into ~/.ssh/known_hosts',
  },
  {
    says: /Permission denied \([a-z]|Too many authentication failures/,
    code: 'refused',
    text: 'it does not let us in: its boot plan must hold the public half of our identity file',
  },
  { says: /Could not resolve hostname|Name or service not known/, code: 'unreachable', text: 'its name leads nowhere' },
  { says: /Connection refused/, code: 'unreachable', text: 'nothing answers ssh there: it still boots, or its sshd is gone' },
  {
    says: /No route to host|Network is unreachable|Host is down/,
    code: 'unreachable',
    text: 'there is no way there: the machine is gone, or the network between us is',
  },
  {
    says: /timed out|Timeout, server|not responding/i,
    code: 'unreachable',
    text: 'it did not answer in time: it hangs, or a firewall drops what we send (port 22 from this host must be open)',
  },
  {
    says: /kex_exchange_identification|Connection (closed|reset)|closed by (remote|UNKNOWN)|Broken pipe/,
    code: 'unreachable',
    text: 'it hung up',
  },
]

/** The Problem that an rsync over ssh ended with, when it was ssh that failed; undefined when it was not. */
export function problemOfSsh(exit: RsyncExit, place: { address: string; alias: string }): Problem | undefined {
  if (!isOfSsh(exit)) return undefined
  const said = `(ssh to ${place.address}: ${sshLines(exit.complaint)})`
  if (isAnotherMachine(exit.complaint, place.alias)) {
    return new Problem(
      'broken-answer',
      `at ${place.address} answers somebody else's machine: its ssh host key is not the one that was made for this attempt. Nothing was asked of it; ` +
        `see in the provider's list who has the address now ${said}`,
    )
  }
  const meaning = meanings.find(({ says }) => says.test(exit.complaint))
  if (meaning !== undefined) return new Problem(meaning.code, `${meaning.text} ${said}`)
  return exit.status === sshFailed ? new Problem('unreachable', `the connection failed ${said}`) : undefined
}

function isOfSsh({ status, complaint }: RsyncExit): boolean {
  return status === sshFailed || (status !== 0 && complaint.includes(nothingCame))
}

/** What ssh itself wrote, without its frames of @ and without rsync's lines after it. */
function sshLines(complaint: string): string {
  const lines = complaint.split('\n').map(line => line.trim())
  return lines
    .filter(line => line !== '' && !/^(@|rsync( error)?:)/.test(line))
    .join(' ')
    .slice(0, 300)
}

/** ssh names the key by the alias that it was told; a machine without any ed25519 key is another one too. */
function isAnotherMachine(complaint: string, alias: string): boolean {
  if (complaint.includes('no matching host key type found')) return true
  const names = new RegExp(`(Host key for|host key is known for|identification .* for) \\[?${alias}(?![A-Za-z0-9-])`)
  return names.test(complaint)
}
