import { describe, expect, it } from 'vitest'
import type { Message, Observation } from '../../core/message.ts'
import { MessageTail } from '../../ingest/message-tail.ts'
import type { Prepared } from '../../ingest/prepare.ts'

const observation = (n: number) =>
  ({ path: `/a/rather/long/path/to/value/${n}`, device: 'gw', quantity: 'voltage', value: n }) as Observation

describe('the message tail', () => {
  it('keeps less where messages hold much more than their bytes', () => {
    const tail = new MessageTail()
    const message = {
      device: 'gw',
      topic: 't',
      payload: Buffer.from('x'),
      receivedAt: 1,
      via: 'mqtt',
    } as Message
    const prepared = {
      message,
      observations: Array.from({ length: 1000 }, (_, n) => observation(n)),
      rejections: [],
      decoded: null,
      format: 'canonical',
      ignored: {},
    } as unknown as Prepared
    for (let i = 0; i < 500; i++) tail.add(prepared, { stored: 1000, duplicate: 0, rejections: [] })
    const kept = tail.of('gw', 1000)
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.length).toBeLessThan(150)
    expect(kept[0]?.seq).toBe(500)
  })
})
