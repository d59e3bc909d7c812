import assert from 'node:assert/strict'
import { it, onTestFinished, vi } from 'vitest'
import { Baselines } from '../../digital-twin/alarms/baselines.ts'
import type { Db, Statement } from '../../store/db.ts'
import { silent } from '../support/silent-log.ts'

it('a series that cannot be read does not hold up the others, and is tried again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const clock = { us: Date.parse('2026-11-20T10:00:00Z') * 1000 }
  let isBroken = true
  const query = async ({ values = [] }: Statement) => {
    if (isBroken && values.includes('bad')) throw new Error('broken')
    return { rows: [], rowCount: 0 }
  }
  const baselines = new Baselines({ query } as unknown as Db, silent, () => clock.us)
  onTestFinished(() => baselines.stop())
  const known: string[] = []
  baselines.start((entity) => known.push(entity))
  const later = async (seconds: number) => {
    clock.us += seconds * 1_000_000
    await vi.advanceTimersByTimeAsync(seconds * 1000)
  }
  for (const entity of ['bad', 'good', 'better'])
    baselines.at({ entity, quantity: 'water-flow', channel: '' }, 4, clock.us)
  await later(30)
  assert.deepEqual(known, ['good', 'better'])
  isBroken = false
  await later(700)
  assert.deepEqual(known, ['good', 'better', 'bad'])
})
