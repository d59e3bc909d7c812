import { expect, it } from 'vitest'
import { listRemembered, putRemembered } from '../../store/remembered.ts'
import { embeddedStore } from '../support/data-folder.ts'

const message = (topic: string, receivedAt: number, bytes = 10, device = 'gw') => ({
  device,
  topic,
  payload: Buffer.alloc(bytes, 1),
  receivedAt,
})

it('of messages on one topic the newest is remembered, in whatever order they come', async () => {
  const { db } = await embeddedStore()
  await putRemembered(db, [message('t', 20, 2), message('t', 10, 1)])
  await putRemembered(db, [message('t', 15, 3)])
  expect((await listRemembered(db)).map(({ receivedAt, payload }) => [receivedAt, payload.length])).toEqual([
    [20, 2],
  ])
})

it('no more is remembered of a sender than its newest, so many and so many bytes', async () => {
  const { db } = await embeddedStore()
  await putRemembered(db, [message('other', 1, 10, 'gw-2')])
  await putRemembered(
    db,
    Array.from({ length: 10_100 }, (_, i) => message(`t${i}`, i + 1)),
  )
  const topics = (await listRemembered(db)).map(({ topic }) => topic)
  expect(topics).toHaveLength(10_001)
  expect(topics).toContain('other')
  expect(topics).not.toContain('t99')
  expect(topics).toContain('t100')
  for (let i = 0; i < 5; i++) await putRemembered(db, [message(`big${i}`, 20_000 + i, 3 * 1024 * 1024)])
  const left = (await listRemembered(db)).filter(({ device }) => device === 'gw')
  expect(left.map(({ topic }) => topic)).toEqual(['big3', 'big4'])
})
