import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Db } from '../../store/db.ts'
import { type MeteredVolume, meteredVolumes, type VolumeAsk } from '../../store/metered-volume.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { meter } from '../support/series.ts'
import { silent } from '../support/silent-log.ts'

const FROM = Date.parse('2026-03-02T00:00:00Z') * 1000
const MINUTE_US = 60_000_000

/** Readings by the minute after the beginning of a window of one hour; a text is a quality. */
type Told = readonly (readonly [minute: number, value: number, quality?: string])[]

interface Case {
  readonly what: string
  readonly told: Told
  readonly ask?: Partial<VolumeAsk>
  readonly gives: Partial<Omit<MeteredVolume, 'coveredS'>> & { readonly coveredMin: number }
}

// Expected every two minutes, so that ten minutes apart is too far.
const REACH_S = 600

const CASES: readonly Case[] = [
  {
    what: 'is the difference of a register, of what reaches across the bounds the part inside',
    told: [
      [-4, 100],
      [4, 108],
      [30, 120],
      [56, 130],
      [64, 138],
    ],
    gives: { volume: 4 + 12 + 10 + 4, coveredMin: 60, resets: 0 },
  },
  {
    what: 'is known over a gap inside, for a register counts on, but not over one across a bound',
    told: [
      [-1, 100],
      [1, 102],
      [50, 142],
      [55, 150],
      [70, 165],
    ],
    gives: { volume: 1 + 40 + 8, coveredMin: 55 },
  },
  {
    what: 'is left out where a register was set back',
    told: [
      [0, 990],
      [20, 999],
      [25, 0],
      [60, 7],
    ],
    gives: { volume: 16, coveredMin: 55, resets: 1 },
  },
  {
    what: 'goes on over the end of a register that is known',
    told: [
      [0, 990],
      [20, 999],
      [25, 1],
      [60, 7],
    ],
    ask: { registerMax: 1000 },
    gives: { volume: 17, coveredMin: 60, resets: 0 },
  },
  {
    what: 'is left out where a meter was changed for one that stands higher',
    told: [
      [0, 100],
      [30, 110],
      [36, 5000],
      [60, 5008],
    ],
    ask: { flowMax: 100 },
    gives: { volume: 18, coveredMin: 54, resets: 1 },
  },
  {
    what: 'is the mean flow times the time, between readings that are not too far apart',
    told: [
      [0, 6],
      [10, 12],
      [20, 12],
      [40, 60],
      [50, 0],
    ],
    ask: { isFlow: true },
    gives: { volume: 1.5 + 2 + 5, coveredMin: 30 },
  },
  {
    what: 'does not follow from what is not good',
    told: [
      [0, 100],
      [30, 900, 'implausible'],
      [40, 0, 'bad'],
      [60, 110, 'estimated'],
    ],
    gives: { volume: 10, coveredMin: 60, resets: 0 },
  },
  {
    what: 'is nothing of nothing',
    told: [[10, 5]],
    gives: { volume: 0, coveredMin: 0, since: null, until: null },
  },
]

describe('what went through a meter', () => {
  let db: Db
  const asked: VolumeAsk[] = []
  let found: MeteredVolume[]
  beforeAll(async () => {
    ;({ db } = await openStore(
      { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false },
      silent,
      () => {},
    ))
    for (const [i, { told, ask }] of CASES.entries()) {
      const { seriesId } = (await meter(db, `wm-${i}`))(0, 0)
      for (const [minute, value, quality = 'good'] of told)
        await db.query({
          text: 'insert into observation (series_id, time, value, quality, received_at) values ($1, from_us($2), $3, $4::quality, now())',
          values: [seriesId, FROM + minute * MINUTE_US, value, quality],
        })
      const window = { from: FROM, to: FROM + 60 * MINUTE_US, reachS: REACH_S }
      asked.push({ seriesId, isFlow: false, flowMax: 7875, registerMax: null, ...window, ...ask })
    }
    found = await meteredVolumes(db, asked)
  })
  afterAll(() => db.close())

  for (const [i, { what, gives }] of CASES.entries())
    it(what, () => {
      const { coveredMin, ...wanted } = gives
      const { volume = -1, coveredS = -1, ...more } = found[i] ?? {}
      assert.ok(Math.abs(volume - (wanted.volume ?? 0)) < 1e-9, `${volume} is not ${wanted.volume}`)
      assert.ok(Math.abs(coveredS - coveredMin * 60) < 1e-6, `${coveredS} s is not ${coveredMin} min`)
      for (const [key, value] of Object.entries(wanted))
        if (key !== 'volume') assert.equal(more[key as keyof typeof more], value, key)
    })

  it('is the same for two halves as for the whole, however they are asked', async () => {
    const [first] = asked as [VolumeAsk]
    const middle = first.from + 17 * MINUTE_US
    const [a, b] = await meteredVolumes(db, [
      { ...first, to: middle },
      { ...first, from: middle },
    ])
    // Here the readings around the middle are too far apart to say what of their difference lies on which side.
    assert.deepEqual([a?.coveredS, b?.coveredS], [240, 1800])
    const near = { ...first, reachS: 3600 }
    const halves = await meteredVolumes(db, [
      { ...near, to: middle },
      { ...near, from: middle },
    ])
    const [whole] = await meteredVolumes(db, [near])
    const sum = halves.reduce((all, { volume }) => all + volume, 0)
    assert.ok(Math.abs(sum - (whole?.volume ?? 0)) < 1e-9)
  })
})
