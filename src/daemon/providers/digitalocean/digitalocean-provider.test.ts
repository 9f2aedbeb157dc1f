import { providerContract } from '../../../../test/contracts/provider-contract.ts'
import { openCloudUnderTest } from './testing/cloud-under-test.ts'

providerContract('digitalocean', () => openCloudUnderTest())

providerContract('digitalocean, where every third call that may be repeated goes wrong and droplets are slow to go', async () => {
  let calls = 0
  const under = await openCloudUnderTest(
    { addressReuse: 1, createEventSeconds: 300, goneFromList: [0, 0] },
    {
      // By turns before the API hears of it, and after.
      fetch: async request => {
        const isHarmed = request.method !== 'POST' && ++calls % 3 === 0
        if (isHarmed && calls % 2 === 0) throw connectionReset()
        const answer = await fetch(request)
        if (isHarmed) throw connectionReset()
        return answer
      },
    },
  )
  under.cloud.arm({ fault: 'slow-destroy', times: 0, seconds: 600 })
  under.cloud.arm({ fault: 'late-address', times: 0, seconds: 60 })
  under.cloud.arm({ fault: 'pending-event', times: 20 })
  return { ...under, whenUp: () => under.pass(400), passTime: () => under.pass(30) }
})

function connectionReset(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
}
