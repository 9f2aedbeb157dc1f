import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { noEffectPoint } from '../../src/core/effect-point.ts'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { rsyncCollector } from '../../src/transfer/collect/rsync-collector.ts'
import type { AttemptPlace } from '../../src/transfer/collector.ts'
import { DropletBed, untilClosed } from './droplet-bed.ts'

testsInOwnNetwork(import.meta.url, 'our collector at a droplet of ours', { cloudInit: 'light' }, () => {
  let bed: DropletBed
  before(async () => {
    bed = await DropletBed.open('light')
  })
  after(() => bed.close())

  test('it reads what the agent says, brings runs home by the door, removes what is proved, and finds no other machine there', async () => {
    const warned: unknown[] = []
    const libraryFolder = join(bed.cloud.folder, 'library')
    mkdirSync(libraryFolder)
    const collector = rsyncCollector({
      libraryFolder,
      clock: () => new Date('2030-01-01T00:00:00Z'),
      effect: noEffectPoint,
      log: { info: () => undefined, warn: (...words: unknown[]) => void warned.push(words) } as never,
      reserveBytes: 0,
      ssh: { identityFile: bed.collectorKeyFile },
      scratchFolder: bed.cloud.folder,
    })
    const droplet = await bed.boot(2)
    await untilClosed(droplet)
    const { attemptId, hostKey } = droplet.boot
    const place: AttemptPlace = {
      attemptId,
      address: droplet.spec.publicAddress,
      machineId: String(droplet.spec.id),
      hostKey: hostKey?.publicKey,
    }
    const peek = await collector.peek(place, ['ERR000001', 'ERR000002'])
    assert.equal(peek.kind, 'read', JSON.stringify(peek))
    const outcomes = (peek.kind === 'read' ? peek.closing?.outcomes : undefined) ?? []
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['done', 'done'],
    )
    for (const [at, outcome] of outcomes.entries()) {
      const { runAccession } = outcome
      const collected = await collector.collect(place, {
        ...{
          runAccession,
          deliveryId: `delivery000${at}`,
          revision: 'a'.repeat(16),
          recipe: 'stub',
          recipeIdentity: 'b'.repeat(16),
        },
        ...{ taxIds: [562], manifestSha256: 'manifestSha256' in outcome ? outcome.manifestSha256 : undefined },
      })
      assert.equal(collected.kind, 'proved', JSON.stringify([collected, warned]))
      assert.deepEqual(await collector.remove(place, runAccession), { kind: 'removed' })
      assert.equal((await droplet.root(`find /var/lib/microfetch/attempt/results/${runAccession} -type f`)).stdout, '')
    }
    const impostor = { ...place, hostKey: bed.anotherHostKey() }
    const told = await collector.peek(impostor, [])
    assert.equal(told.kind, 'unreachable')
    assert.match(JSON.stringify(told), /somebody else's machine/)
    assert.equal((await droplet.root('cat /var/lib/microfetch/attempt/door.log')).stdout, '', 'nothing of it was refused')
    await bed.end(droplet)
  })
})
