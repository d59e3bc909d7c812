import { describe, expect, it } from 'vitest'
import type { Message } from '../../core/message.ts'
import { microsNow } from '../../core/time.ts'
import { listRemembered } from '../../store/remembered.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { newDevice } from '../support/new-device.ts'
import { pipelineOn } from './pipeline-under-test.ts'

const birth = (bdSeq: number) =>
  Buffer.from(`120b0a0562645365712004580${bdSeq}12110a0b74656d70657261747572651007200218001800`, 'hex')
const DEATH = Buffer.from('120b0a05626453657120045803', 'hex')
const SECOND_US = 1_000_000

async function edge() {
  const { db } = await embeddedStore()
  const under = await pipelineOn(db)
  await under.registry.createAll([newDevice('gw', { role: 'gateway', externalIds: ['G/N'] })], 1)
  const now = microsNow()
  const message = (kind: string, payload: Buffer, receivedAt: number): Message => ({
    device: 'gw',
    topic: `spBv1.0/G/${kind}/N`,
    payload,
    receivedAt,
    via: 'mqtt',
  })
  const replay = (first: Message): Message => ({
    ...first,
    receivedAt: now + 100 * SECOND_US,
    firstReceivedAt: first.receivedAt,
    via: 'replay',
  })
  return { ...under, db, now, message, replay }
}

describe('a replay', () => {
  it('says nothing of who is there now, and sends no answers', async () => {
    const { pipeline, said, message, replay, now } = await edge()
    const death = message('NDEATH', DEATH, now + 1)
    const unborn = message('NDATA', Buffer.from('1208100750f6ffffff0f1801', 'hex'), now + 2)
    await pipeline.ingest(unborn)
    await pipeline.ingest(message('NBIRTH', birth(3), now + 3))
    await pipeline.ingest(death)
    expect(said).toEqual(['spBv1.0/G/NCMD/N', 'gw connected', 'gw disconnected'])
    await pipeline.ingest(replay(death))
    await pipeline.ingest(replay(unborn))
    expect(said).toHaveLength(3)
  })

  it('of a birth does not stand for the births that came after it', async () => {
    const { pipeline, db, message, replay, now } = await edge()
    const old = message('NBIRTH', birth(3), now)
    await pipeline.ingest(old)
    await pipeline.ingest(message('NBIRTH', birth(4), now + SECOND_US))
    await pipeline.ingest(replay(old))
    expect((await listRemembered(db)).map(({ payload }) => Buffer.from(payload))).toEqual([birth(4)])
  })
})
