import { openOutbound } from '../../../../test/fakes/open-outbound.ts'
import { answering, breakingAfter } from '../../../../test/fakes/scripted-server.ts'
import { openSmallEna } from '../../../../test/fakes/small-ena.ts'
import { sourceContract } from '../../../../test/contracts/source-contract.ts'
import { makeEnaSource } from './ena-source.ts'

const clock = () => new Date('2026-01-01T00:00:00Z')

sourceContract('ena', async () => {
  const ena = await openSmallEna()
  const outbound = openOutbound()
  const { portalUrl, taxonomyUrl } = ena
  return {
    source: makeEnaSource({ portalUrl, taxonomyUrl, outbound, clock, warn: () => undefined }),
    hold: (runs, taxa) => {
      ena.runs = [...runs]
      ena.taxa = [...taxa]
    },
    spoilNext: spoiling => {
      if (spoiling === 'cut') ena.bendNext('search', body => body.slice(0, body.length / 2))
      else if (spoiling === 'repeated') ena.bendNext('search', firstHalfTwice)
      else ena.bendNext('search', body => body.slice(0, body.indexOf('\n') + 1))
    },
    fallSilent: () => {
      for (const endpoint of ['search', 'count', 'filereport', 'tax-id']) {
        ena.next(endpoint, breakingAfter(), answering(503), answering(502))
      }
    },
    close: async () => {
      await outbound.close()
      await ena.close()
    },
  }
})

/** The first half of the rows stands in the place of the second. */
function firstHalfTwice(body: string): string {
  const [header = '', ...rows] = body.trimEnd().split('\n')
  const half = rows.slice(0, Math.ceil(rows.length / 2))
  return `${[header, ...half, ...half.slice(0, rows.length - half.length)].join('\n')}\n`
}
