import { once } from 'node:events'
import { expect, it } from 'vitest'
import { ReplayStreams } from '../../api/replay-streams.ts'

async function* lines(count: number) {
  for (let i = 0; i < count; i++) yield `${i}\n`
}

const read = async (stream: AsyncIterable<string>) => {
  let text = ''
  for await (const line of stream) text += line
  return text
}

it('a reader that takes nothing is let go, wherever it stopped, and its place is free', async () => {
  const streams = new ReplayStreams(2, 20)
  const [long, short] = [streams.open('one', lines(1000)), streams.open('other', lines(1))]
  expect(streams.isFull('third')).toBe(true)
  const closed = Promise.all([once(long, 'close'), once(short, 'close')])
  long.read()
  short.read(0)
  await closed
  expect(streams.isFull('third')).toBe(false)
})

it('what is long in the making is waited for', async () => {
  const streams = new ReplayStreams(1, 5)
  async function* slow() {
    for (const line of ['a', 'b']) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      yield line
    }
  }
  expect(await read(streams.open('one', slow()))).toBe('ab')
})

it('of one reader the newest stands, and is in nobody else’s way', async () => {
  const streams = new ReplayStreams(2, 60_000)
  const older = streams.open('one', lines(1000))
  const closed = once(older, 'close')
  const newer = streams.open('one', lines(3))
  await closed
  expect(streams.isFull('other')).toBe(false)
  streams.open('other', lines(1000))
  expect([streams.isFull('one'), streams.isFull('third')]).toEqual([false, true])
  expect(await read(newer)).toBe('0\n1\n2\n')
})
