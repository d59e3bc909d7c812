import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { localDate, microsNow } from '../../core/time.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { until } from '../support/until.ts'
import { upload } from '../support/upload.ts'

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform()
  const made = await upload(platform, '/devices/import', [
    'id,type,area,access,validFrom,retiredAt,recordedAt',
    'a,water-meter,24133,cellular,2025-01-01,,2025-01-01',
    'b,water-meter,24133,cellular,2025-01-01,,2025-01-01',
    'gone,water-meter,24133,cellular,2025-01-01,2025-06-01,2025-01-01',
  ])
  assert.equal(made.status, 201, made.text)
})
afterAll(() => platform.kill('SIGTERM'))

const counts = async (path: string, lines: readonly string[]) => {
  const { status, body } = await upload(platform, path, lines)
  return [status, body.new, body.revisions, body.unchanged, body.faulty]
}
const faults = async (path: string, lines: readonly string[]) => {
  const { status, body } = await upload(platform, path, lines)
  assert.equal(status, 422)
  return body.items
    .filter(({ verdict }) => verdict === 'fault')
    .map(({ row, field }) => [row, field] as const)
    .sort(([a], [b]) => a - b)
}

const connections = async (referenceDate: string, asOf: string): Promise<number> => {
  const query = `area=66&date=${referenceDate}&asOf=${asOf}`
  const { body } = await platform.api<{ connections: number }>('GET', `/indicators/iot-per-capita?${query}`)
  return body.connections
}

describe('activity of the past', () => {
  it('counts from the end of its day on, or from its receipt', async () => {
    assert.deepEqual(
      await counts('/activity/import', [
        'device,from,to,receivedAt',
        'a,2025-01-10,2025-01-12,',
        'b,2025-01-10,2025-01-10,2025-03-01',
      ]),
      [201, 4, 0, 0, 0],
    )
    assert.equal(await connections('2025-01-10', '2025-01-09'), 0)
    assert.equal(await connections('2025-01-10', '2025-01-10'), 1)
    assert.equal(await connections('2025-01-10', '2025-03-01'), 2)
  })

  it('takes stretches that lie over each other, and says what was known and what is known earlier now', async () => {
    const lines = [
      'Thiết bị;Từ ngày;Đến hết ngày',
      'b;2025-01-09;2025-01-10',
      'b;2025-01-10;2025-01-11',
      'a;2025-01-12;2025-01-13',
    ]
    const dry = await upload(platform, '/activity/import?dryRun=true', lines)
    assert.deepEqual([dry.status, dry.body.new, dry.body.revisions, dry.body.unchanged], [200, 3, 1, 1])
    assert.deepEqual(await counts('/activity/import', lines), [201, 3, 1, 1, 0])
    assert.deepEqual(await counts('/activity/import', lines), [200, 0, 0, 5, 0])
    // A figure that took long to work out is answered from memory for a while.
    await until('both count', async () => (await connections('2025-01-10', '2025-01-10')) === 2)
  })

  it('is refused as a whole for one row that cannot be, and every such row is named', async () => {
    const today = localDate(microsNow())
    assert.deepEqual(
      await faults('/activity/import', [
        'device,date,from,to,receivedAt',
        'a,2025-02-01,,,',
        'nobody,2025-02-01,,,',
        'a,2024-12-31,,,',
        'gone,2025-06-01,,,',
        'a,,2025-02-02,2025-02-01,',
        'a,2025-02-01,2025-02-01,,',
        'a,,2025-02-01,2025-02-03,2025-02-02T00:00:00Z',
        'a,2025-02-30,,,',
        `a,,2025-02-01,${Number(today.slice(0, 4)) + 1}-01-01,`,
        'gone,2025-05-31,,,',
      ]),
      [
        [2, 'device'],
        [3, 'date'],
        [4, 'date'],
        [5, 'to'],
        [6, 'date'],
        [7, 'receivedAt'],
        [8, 'date'],
        [9, 'to'],
      ],
    )
    assert.deepEqual(await counts('/activity/import', ['device,date', 'a,2025-02-01']), [201, 1, 0, 0, 0])
  })

  it('takes five million days a file and no more', async () => {
    const stretch = 'a,2025-01-01,2025-12-31'
    const { status, body } = await upload(platform, '/activity/import', [
      'device,from,to',
      ...Array.from({ length: 13_699 }, () => stretch),
    ])
    assert.equal(status, 422)
    assert.deepEqual(
      body.items.map(({ row }) => row),
      [13_699],
    )
    assert.match(body.items[0]?.detail ?? '', /more than 5000000 device-days/)
  })
})

describe('SIMs of the past', () => {
  const SIM = '8984048000012345675'

  it('come in with their dates, are corrected by another end, and stay the same when sent again', async () => {
    const first = ['device,iccid,from,to,recordedAt', `a,${SIM},2025-01-01,,2025-01-02`]
    assert.deepEqual(await counts('/sims/import', first), [201, 1, 0, 0, 0])
    const moved = ['device,iccid,from,to', `a,${SIM},2025-01-01,2025-06-30`, `b,${SIM},2025-06-30,`]
    const dry = await upload(platform, '/sims/import?dryRun=true', moved)
    assert.deepEqual([dry.body.new, dry.body.revisions], [1, 1])
    assert.doesNotMatch(dry.text, /8984048/)
    assert.deepEqual(await counts('/sims/import', moved), [201, 1, 1, 0, 0])
    assert.deepEqual(await counts('/sims/import', moved), [200, 0, 0, 2, 0])
    assert.deepEqual(await counts('/sims/import', first), [200, 0, 0, 1, 0])
  })

  it('are refused as a whole where one is in two devices at once, in the file or beside what is there', async () => {
    const other = '8984048000012345683'
    assert.deepEqual(
      await faults('/sims/import', [
        'device,iccid,digest,from,to',
        `a,${other},,2025-01-01,`,
        `b,${other},,2025-02-01,`,
        `gone,${SIM},,2025-03-01,`,
        `nobody,8984048000012345691,,2025-03-01,`,
        `a,,,2025-03-01,`,
        `a,1234,,2025-03-01,`,
        `a,8984048000012345709,,2025-03-01,2025-02-01`,
      ]),
      [
        [2, 'from'],
        [3, 'from'],
        [4, 'device'],
        [5, 'iccid'],
        [6, 'iccid'],
        [7, 'from'],
      ],
    )
    const { body } = await platform.api<{ items: unknown[] }>('GET', '/devices/gone/sims')
    assert.deepEqual(body.items, [])
  })
})

describe('moves of the past', () => {
  const moves = [
    'device,area,validFrom,recordedAt',
    'a,24328,2025-08-01,2025-08-02',
    'b,,2025-09-01,2025-09-01',
  ]

  it('come in with their dates, and stay the same when sent again', async () => {
    assert.deepEqual(await counts('/device-areas/import', moves), [201, 2, 0, 0, 0])
    assert.deepEqual(await counts('/device-areas/import', moves), [200, 0, 0, 2, 0])
    const { body: a } = await platform.api<{ area: string }>('GET', '/devices/a')
    const { body: b } = await platform.api<{ area: string | null }>('GET', '/devices/b')
    assert.deepEqual([a.area, b.area], ['24328', null], 'where they are now follows')
  })

  it('are corrected by another area for the same beginning, also for the first day of all', async () => {
    assert.deepEqual(
      await counts('/device-areas/import', [
        'device,area,validFrom',
        'a,24133,2025-08-01',
        'b,24328,2025-01-01',
      ]),
      [201, 0, 2, 0, 0],
    )
  })

  it('are refused as a whole where an area or a device is not there', async () => {
    assert.deepEqual(
      await faults('/device-areas/import', [
        'device,area,validFrom,recordedAt',
        'a,99999,2025-10-01,',
        'nobody,24133,2025-10-01,',
        'a,24133,2024-10-01,',
        'a,24133,soon,',
        'a,24133,2025-08-01,2025-08-02',
      ]),
      [
        [1, 'area'],
        [2, 'device'],
        [3, 'validFrom'],
        [4, 'validFrom'],
        [5, 'recordedAt'],
      ],
    )
  })
})
