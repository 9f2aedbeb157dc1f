import { existsSync } from 'node:fs'
import { standingFacts } from '../ledger/standing-facts.ts'
import { findOnPath } from '../settings/nextflow-command.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'

/** Whether people are told what needs them: the channels that are set, and whether what was told arrived. */
export const checkTelling: Check = async ({ config }) => {
  const { notify, home, path, provider } = config
  const [program] = notify.mailCommand
  const findings: Finding[] = []
  if (notify.webhookUrl !== undefined) findings.push(well('webhook', `${new URL(notify.webhookUrl).host} is told`))
  if (program !== undefined) findings.push(mailFinding(program, notify.mailTo, path))
  if (findings.length === 0) {
    const says = 'nobody is told by webhook or mail what needs a person; only microfetch attention shows it'
    const cure = 'set notify.webhook_url, or notify.mail_command and notify.mail_to'
    return [provider === 'local' ? well('telling', says) : warning('telling', says, cure)]
  }
  const unsent = existsSync(home.ledgerFile) ? standingFacts(home.ledgerFile).unsent : []
  return [
    ...findings,
    ...unsent.map(({ channel, count, fault }) =>
      warning(
        `${channel} delivery`,
        `${count} notices could not be sent yet: ${fault}`,
        `look at the settings of [notify]; it is tried again`,
      ),
    ),
  ]
}

function mailFinding(program: string, to: string | undefined, path: string): Finding {
  const isThere = program.includes('/') ? existsSync(program) : findOnPath(program, path) !== undefined
  if (!isThere) return failed('mail', `${program} is not there`, 'install a mail program, or correct notify.mail_command')
  if (to === undefined) return warning('mail', `${program} is given mails without an address`, 'set notify.mail_to')
  if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(to)) return failed('mail', `${to} is no mail address`, 'correct notify.mail_to')
  return well('mail', `${program} sends to ${to}`)
}
