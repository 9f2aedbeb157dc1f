import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openScriptedServer, silent } from '../../../../test/fakes/scripted-server.ts'
import { readScopes } from '../../../rehearsal/cloud/api-token.ts'
import type { CloudOptions } from '../../../rehearsal/cloud/open-cloud.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import type { SurveyFinding } from './survey-finding.ts'
import { surveyInstallation } from './survey-installation.ts'
import { openCloudUnderTest } from './testing/cloud-under-test.ts'

async function open(t: TestContext, cloud: CloudOptions = {}, changes: Partial<DigitalOceanOptions> = {}) {
  const under = await openCloudUnderTest(cloud, changes)
  t.after(under.close)
  return { ...under, survey: () => surveyInstallation(under.options) }
}

function outcomes(findings: readonly SurveyFinding[]): Record<string, string> {
  return Object.fromEntries(findings.map(({ check, outcome }) => [check.replace('DigitalOcean ', ''), outcome]))
}

const allWell = { account: 'ok', droplets: 'ok', sizes: 'ok', image: 'ok', rights: 'ok', calls: 'ok', clock: 'ok' }

test('an installation with which all is well: nothing is changed, and little asked', async t => {
  const { survey, made, pass, cloud } = await open(t, { dropletLimit: 25 })
  await made()
  await pass(120)
  cloud.change({ kind: 'forget-calls' })
  const findings = await survey()
  assert.deepEqual(outcomes(findings), allWell)
  assert.deepEqual(findings.map(({ cure }) => cure).join(''), '')
  const says = findings.map(finding => finding.says).join('\n')
  assert.match(says, /the account is active and may have 25 droplets/)
  assert.match(says, /1 in the account, 1 of this installation/)
  assert.match(says, /s-1vcpu-512mb-10gb in fra1, at \$0\.00595 an hour/)
  assert.match(says, /debian-12-x64 is in fra1, ams3/)
  assert.match(says, /[01] s ahead of DigitalOcean/)
  assert.match(says, /\d+ of 5000 calls of this hour/)
  assert.ok(cloud.calls.all().every(({ kind }) => kind.startsWith('GET ')))
  assert.ok(cloud.calls.all().length <= 6)
})

test('before there is a ledger, the droplets of every installation are counted', async t => {
  const { options, made, another, newName, newBoot, pass } = await open(t)
  await made()
  await another({ installationId: 'elsewhere' }).create(newName(), newBoot())
  await pass(120)
  const findings = await surveyInstallation({ ...options, installationId: undefined })
  assert.match(findings.map(({ says }) => says).join('\n'), /2 in the account, 2 of microfetch/)
})

test('a token that may only look finds the same: the other rights cannot be tried, and that is said', async t => {
  const { survey } = await open(t, { tokens: [{ token: 'reader', name: 'reader', scopes: readScopes }] }, { token: 'reader' })
  const findings = await survey()
  assert.deepEqual(outcomes(findings), allWell)
  assert.match(findings.find(({ check }) => check === 'DigitalOcean rights')?.says ?? '', /create and to delete.*were not tried/)
})

test('a token that is not known is the one finding, beside the clock', async t => {
  const { survey } = await open(t, {}, { token: 'dop_v1_other' })
  const findings = await survey()
  assert.deepEqual(outcomes(findings), { account: 'failed', clock: 'ok' })
  assert.match(findings[0]?.cure ?? '', /token_file/)
  assert.ok(!JSON.stringify(findings).includes('dop_v1_other'))
})

test('no token at all is told without asking anybody', async t => {
  const { options, cloud } = await open(t)
  assert.deepEqual(outcomes(await surveyInstallation({ ...options, token: '' })), { token: 'failed' })
  assert.equal(cloud.calls.all().length, 0)
})

test('each right that is missing is told with the scopes that are needed', async t => {
  const scopes = ['droplet:read'] as const
  const { survey, made } = await open(t, { tokens: [{ token: 'few', name: 'few', scopes }] }, { token: 'few' })
  await assert.rejects(made(), /refused/)
  const findings = await survey()
  const { account, droplets, sizes, image } = outcomes(findings)
  assert.deepEqual(
    { account, droplets, sizes, image },
    { account: 'warning', droplets: 'failed', sizes: 'failed', image: 'failed' },
  )
  for (const { cure, outcome } of findings) assert.ok(outcome === 'ok' || /tag:read/.test(cure), cure)
})

test('an account that is locked, and one with a warning', async t => {
  const { survey, cloud } = await open(t)
  cloud.change({ kind: 'set-account', account: { status: 'locked', statusMessage: 'a bill is open' } })
  assert.equal(outcomes(await survey())['account'], 'failed')
  cloud.change({ kind: 'set-account', account: { status: 'warning', statusMessage: 'a card ends soon' } })
  const [account] = await survey()
  assert.deepEqual([account?.outcome, /a card ends soon/.test(account?.says ?? '')], ['warning', true])
})

test('settings that name what is not there', async t => {
  const { survey } = await open(t, {}, { regions: ['fra1', 'mars1'], sizes: ['s-1vcpu-1gb', 's-none'], image: 'debian-99-x64' })
  const findings = await survey()
  const failures = findings.filter(({ outcome }) => outcome === 'failed').map(({ says }) => says)
  assert.equal(failures.length, 3, failures.join('\n'))
  assert.match(failures.join('\n'), /no size s-none[^]*region mars1[^]*debian-99-x64/)
})

test('a clock that is wrong by more than five minutes is told, and by less is not', async t => {
  const { survey, cloud } = await open(t)
  const skew = cloud.arm({ fault: 'date-skewed', times: 0, seconds: 301 })
  const clock = (await survey()).find(({ check }) => check === 'DigitalOcean clock')
  assert.deepEqual([clock?.outcome, clock?.says], ['failed', 'this machine is 301 s behind DigitalOcean'])
  cloud.disarm(skew)
  cloud.arm({ fault: 'date-skewed', times: 0, seconds: -299 })
  assert.equal(outcomes(await survey())['clock'], 'ok')
})

test('an API that is not there is the one finding', async t => {
  const { options } = await open(t)
  const gone = await openScriptedServer(silent)
  await gone.close()
  const findings = await surveyInstallation({ ...options, apiUrl: gone.url })
  assert.deepEqual(outcomes(findings), { account: 'failed' })
  assert.match(findings[0]?.cure ?? '', /api_url/)
})

test('a token that would travel unencrypted is told of', async t => {
  const { options } = await open(t)
  const apiUrl = 'http://api.example.org'
  const findings = await surveyInstallation({
    ...options,
    apiUrl,
    fetch: async request => {
      const { pathname, search } = new URL(request.url)
      return options.fetch(new Request(`${options.apiUrl}${pathname}${search}`, request))
    },
  })
  assert.deepEqual(outcomes(findings), { address: 'warning', ...allWell })
})

test('few calls left in the hour are told', async t => {
  const { survey, pass } = await open(t, { limits: { perHour: 20, perMinute: 250, keyReadsPerMinute: 10 } })
  await survey()
  await pass(1)
  await survey()
  const findings = await survey()
  assert.match(JSON.stringify(findings), /calls of (this|DigitalOcean)/)
  assert.ok(findings.some(({ outcome }) => outcome !== 'ok'))
})
