import { expect, it } from 'vitest'
import { brokerUnderTest } from './broker-under-test.ts'
import { type Connect, connect } from './packets.ts'

const KEPT_MAX = 8
const ACCEPTED = 0
const NOT_AUTHORIZED = 5

it('a device may have so many sessions kept; a clean one of the same id gives its place back', async () => {
  const { open } = await brokerUnderTest()
  /** The return code of CONNACK. */
  const answerTo = async (n: number, more: Connect) => {
    const client = await open()
    client.send(connect('wm-1', { clientId: `wm-1:${n}`, ...more }))
    const answer = await client.next()
    client.destroy()
    return answer?.[3]
  }
  for (let n = 0; n < KEPT_MAX; n++) {
    // Refused for its will: that takes no place.
    expect(await answerTo(n + 100, { clean: false, will: { topic: 'devices/wm-2/status' } })).toBe(
      NOT_AUTHORIZED,
    )
    expect(await answerTo(n, { clean: false })).toBe(ACCEPTED)
  }
  expect(await answerTo(KEPT_MAX, { clean: false })).toBe(NOT_AUTHORIZED)
  expect(await answerTo(3, { clean: false })).toBe(ACCEPTED)
  expect(await answerTo(3, { clean: true })).toBe(ACCEPTED)
  expect(await answerTo(KEPT_MAX, { clean: false })).toBe(ACCEPTED)
})
