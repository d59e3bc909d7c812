import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { judge, SUBJECTS, type Subject } from '../../dashboard/src/system/judge.ts'
import type { System } from '../../dashboard/src/wire/system.ts'

const rates = { s10: 5, m1: 5, m5: 5 }
const series = [1, 1]
const HEALTHY: System = {
  time: '2026-11-20T10:00:00Z',
  ready: true,
  reasons: [],
  warnings: [],
  process: {
    ...{ version: '1', startedAt: '2026-11-20T00:00:00Z', uptimeS: 36_000 },
    ...{ memoryBytes: 1, heapBytes: 1, eventLoopMs: 12 },
  },
  ...{ messages: rates, observations: rates, acknowledged: rates },
  pending: { bytes: 0, bytesMax: 100, oldestS: 0 },
  commitMs: { p50: 2, p95: 9 },
  rulesWaiting: 0,
  spool: {
    ...{ messages: 0, bytes: 0, bytesMax: 100, oldestS: 0 },
    drainPerSecond: 0,
    isDatabaseAway: false,
  },
  ...{ rejected: [], refused: [], lookedBackS: 3600, sessions: { devices: 1, streams: 1 } },
  database: { kind: 'server', flavour: 'timescale', isThere: true, answerMs: 1, bytes: 1 },
  rollups: [{ resolution: '1m', until: '2026-11-20T09:45:00Z', behindSMax: 1900 }],
  ...{ upstreams: [], channels: [] },
  history: {
    ...{ everyS: 30, until: '2026-11-20T10:00:00Z', messages: series, observations: [50, 50] },
    ...{
      acknowledged: series,
      rejected: series,
      pendingBytes: series,
      oldestS: series,
      rulesWaiting: series,
    },
    ...{ spoolMessages: series, sessions: series, memoryBytes: series, eventLoopMs: series },
  },
}
const channel = {
  id: 'duty',
  name: 'Duty',
  kind: 'email',
  isEnabled: true,
  waiting: 0,
  failing: 0,
  givenUp: 0,
}
const upstream = { id: 'ttn', fault: null, since: '2026-11-20T00:00:00Z', messages: 1 }

/** What is not good, as `subject state advice amount`. */
const troubles = (more: Partial<System>): string[] => {
  const verdicts = judge({ ...HEALTHY, ...more })
  return SUBJECTS.flatMap((subject: Subject) => {
    const { state, advice, amount } = verdicts[subject]
    return state === 'good' || state === 'unused' ? [] : [`${state} ${advice} ${amount}`]
  })
}

describe('the state of the system', () => {
  it('is good when all is well, and without spool, rollups or channels', () => {
    assert.deepEqual(troubles({}), [])
    assert.deepEqual(troubles({ spool: null, rollups: null, channels: null, commitMs: null }), [])
  })

  it('names what is not well, and how much', () => {
    const { pending, database, process } = HEALTHY
    const spool = HEALTHY.spool as NonNullable<System['spool']>
    for (const [more, wanted] of [
      [{ ready: false, reasons: ['no room'] }, 'bad intake.refused 0'],
      [{ messages: { s10: 0, m1: 0, m5: 0 } }, 'attention intake.none 0'],
      [{ pending: { ...pending, oldestS: 7 } }, 'attention lag.oldest 7'],
      [{ pending: { ...pending, oldestS: 31 } }, 'bad lag.oldest 31'],
      [{ pending: { ...pending, bytes: 80 } }, 'attention queue.nearlyFull 80'],
      [{ pending: { ...pending, bytes: 96 } }, 'bad queue.full 96'],
      [{ rulesWaiting: 60_000 }, 'bad lag.rulesSkip 60000'],
      [{ spool: { ...spool, isDatabaseAway: true, bytes: 10 } }, 'attention spool.filling 10'],
      [{ spool: { ...spool, isDatabaseAway: true, bytes: 80 } }, 'bad spool.nearlyFull 80'],
      [{ spool: { ...spool, messages: 600, drainPerSecond: 5 } }, 'attention spool.draining 2'],
      [{ database: { ...database, isThere: false } }, 'bad database.away 0'],
      [{ time: '2026-11-20T10:30:00Z' }, 'attention database.rollups 0'],
      [{ rejected: [{ code: 'not_json', count: 30 }] }, 'attention rejections.many 1'],
      [{ rejected: [{ code: 'not_json', count: 900 }] }, 'bad rejections.many 30'],
      [{ refused: [{ reason: 'wrong_password', count: 61 }] }, 'attention connections.refused 61'],
      [{ upstreams: [{ ...upstream, state: 'failing' }] }, 'bad upstreams.failing 1'],
      [{ channels: [{ ...channel, givenUp: 2, lastFault: 'x' }] }, 'bad channels.givenUp 2'],
      [{ process: { ...process, eventLoopMs: 300 } }, 'attention process.busy 300'],
    ] satisfies [Partial<System>, string][])
      assert.deepEqual(troubles(more), [wanted])
  })

  it('has advice in words for everything that can be the matter', () => {
    const read = (file: string) =>
      readFileSync(new URL(`../../dashboard/src/system/${file}`, import.meta.url), 'utf8')
    const given = [...read('judge.ts').matchAll(/(?:attention|bad)\('([\w.]+)'/g)].map(([, key]) => key)
    const known = [...read('words.ts').matchAll(/^ {2}'advice\.([\w.]+)'/gm)].map(([, key]) => key)
    assert.deepEqual(known.toSorted(), [...new Set(given)].toSorted())
    assert.ok(given.length > 15)
  })
})
