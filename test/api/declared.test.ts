import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { upload } from '../support/upload.ts'

interface Shown {
  readonly identity: string | null
  readonly ownerKind: string
  readonly hasOwner: boolean
  readonly test: boolean
  readonly sims: readonly { id: string; from: string; to: string | null }[]
  readonly code?: string
  readonly detail?: string
}
interface Spans {
  readonly items: readonly {
    span: number
    id: string
    from: string
    to: string | null
    supersededAt: string | null
  }[]
  readonly detail?: string
}

const IMEI = '356938035643809'
const OWNER = 'Nguyễn Văn Ẩn Danh'
const ICCIDS = ['8901260852290847433', '89014103211118510720', '8984048000012345675'] as const
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform({ LOG_LEVEL: 'debug' })
})
afterAll(() => platform.kill('SIGTERM'))

const post = (body: object) =>
  platform.api<Shown>('POST', '/devices', { type: 'water-meter', area: '24133', ...body })
const patch = (id: string, body: object) => platform.api<Shown>('PATCH', `/devices/${id}`, body)
const device = async (id: string) => (await platform.api<Shown>('GET', `/devices/${id}`)).body

describe('what a device says of itself for the count', () => {
  it('is kept as keyed digests, and shown as no more than a beginning of them', async () => {
    const { status, body } = await post({
      id: 'declared',
      identity: `imei:${IMEI}`,
      ownerKind: 'person',
      owner: OWNER,
      sims: [{ iccid: ICCIDS[0] }],
    })
    assert.equal(status, 201, JSON.stringify(body))
    const shown = await device('declared')
    assert.match(shown.identity ?? '', /^sha256-hmac:[0-9a-f]{8}$/)
    assert.deepEqual([shown.ownerKind, shown.hasOwner, shown.sims.length], ['person', true, 1])
    assert.match(shown.sims[0]?.id ?? '', /^[0-9a-f]{8}$/)
    assert.notEqual(shown.sims[0]?.id, sha256(ICCIDS[0]).slice(0, 8), 'no plain digest either')
    await post({ id: 'the-same', identity: `IMEI:${IMEI.slice(0, 14)}` })
    assert.equal((await device('the-same')).identity, shown.identity)
    const { body: list } = await platform.api<{ items: object[] }>('GET', '/devices')
    assert.ok(list.items.every((item) => !('sims' in item) && 'ownerKind' in item))
  })

  it('may be corrected, the trial of a device too', async () => {
    await post({ id: 'corrected', test: true, owner: 'one', identity: 'serial:maker:1' })
    const { body } = await patch('corrected', {
      test: false,
      owner: null,
      identity: null,
      ownerKind: 'person',
    })
    assert.deepEqual(
      [body.test, body.hasOwner, body.identity, body.ownerKind],
      [false, false, null, 'person'],
    )
    assert.equal((await device('corrected')).test, false)
  })

  it('is refused with what it takes, and without what it was', async () => {
    for (const [body, detail] of [
      [{ identity: '123-my-secret-456' }, /imei:.*deveui:/],
      [{ sims: [{ iccid: '123456789' }] }, /takes an ICCID/],
      [{ sims: [{}] }, /takes an iccid or a digest/],
      [{ ownerKind: 'cat' }, /ownerKind/],
    ] as const) {
      const answer = await post({ id: 'refused', ...body })
      assert.equal(answer.status, 400)
      assert.match(answer.body.detail ?? '', detail)
      assert.doesNotMatch(answer.body.detail ?? '', /123/)
    }
  })
})

describe('the SIMs of a device', () => {
  it('end and begin by a change of the list, and nothing of it is lost', async () => {
    await post({ id: 'moved', sims: [{ digest: sha256(ICCIDS[1]), from: '2025-01-01T00:00:00Z' }] })
    const { body } = await patch('moved', { sims: [{ iccid: ICCIDS[2] }] })
    assert.deepEqual(
      body.sims.map(({ to }) => to === null),
      [true, false],
    )
    const { body: all } = await platform.api<Spans>('GET', '/devices/moved/sims')
    assert.deepEqual(all.items.map(({ to, supersededAt }) => [to !== null, supersededAt !== null]).sort(), [
      [false, false],
      [false, true],
      [true, false],
    ])
  })

  it('are in one device at a time: who says otherwise is told which', async () => {
    await post({ id: 'first', sims: [{ iccid: '8984048000012340007' }] })
    const taken = await post({ id: 'second', sims: [{ iccid: '8984048000012340007' }] })
    assert.deepEqual([taken.status, taken.body.code], [409, 'sim_elsewhere'])
    assert.match(taken.body.detail ?? '', /in device first since/)
    assert.equal((await platform.api('GET', '/devices/second')).status, 404, 'nothing is half made')
    await post({ id: 'second' })
    const put = () => platform.api<Spans>('POST', '/devices/second/sims', { iccid: '8984048000012340007' })
    assert.equal((await put()).status, 409)
    assert.equal(
      (await patch('second', { test: true, sims: [{ iccid: '8984048000012340007' }] })).status,
      409,
    )
    assert.equal((await device('second')).test, false, 'nothing is half changed')
    const { body: spans } = await platform.api<Spans>('GET', '/devices/first/sims')
    const ended = await platform.api<Spans>('POST', `/devices/first/sims/${spans.items[0]?.span}/end`)
    assert.equal(ended.status, 200, JSON.stringify(ended.body))
    assert.equal((await put()).status, 201)
    await platform.api('DELETE', '/devices/second')
    assert.ok((await device('second')).sims[0]?.to, 'what a retired device had ends with it')
    assert.equal((await post({ id: 'third', sims: [{ iccid: '8984048000012340007' }] })).status, 201)
    assert.equal((await platform.api('POST', '/devices/first/sims/999999/end')).status, 404)
  })
})

describe('files about devices of the past', () => {
  it('make devices that have ended, without a secret', async () => {
    const { status, text } = await upload(platform, '/devices/import', [
      'id,type,area,ownerKind,owner,identity,sims,validFrom,retiredAt,recordedAt',
      `ended,water-meter,24133,person,${OWNER},deveui:70B3D57ED0012345,8984048000012340015|8984048000012340023,2024-03-01,2025-06-01,2024-03-02`,
      'here,water-meter,24133,,,,8984048000012340031,2024-03-01,,',
    ])
    assert.equal(status, 201, text)
    assert.match(text, /^id,username,password\nhere,here,\S+\n$/)
    const { body } = await platform.api<Shown & { retiredAt: string }>('GET', '/devices/ended')
    assert.equal(body.retiredAt, '2025-05-31T17:00:00.000Z')
    assert.deepEqual(
      body.sims.map(({ from, to }) => [from, to]),
      Array.from({ length: 2 }, () => ['2024-02-29T17:00:00.000Z', '2025-05-31T17:00:00.000Z']),
    )
  })

  it('are refused row by row, with what to do', async () => {
    const { status, body } = await upload(platform, '/devices/import', [
      'id,type,validFrom,retiredAt,recordedAt,sims',
      'x1,water-meter,2025-01-01,2024-01-01,,',
      'x2,water-meter,2025-01-01,,2100-01-01T00:00:00Z,',
      'x3,water-meter,2025-01-01,2100-01-01,,',
      'x4,water-meter,yesterday,,,',
      'x5,water-meter,2025-01-01,,,8984048000012340031',
      'x6,water-meter,2025-01-01,,,nonsense',
      'x7,water-meter,,2025-01-01,,',
    ])
    assert.equal(status, 422)
    assert.deepEqual(body.faults?.map(({ row, field }) => [row, field]).sort(), [
      [1, 'retiredAt'],
      [2, 'recordedAt'],
      [3, 'retiredAt'],
      [4, 'validFrom'],
      [5, 'sims'],
      [6, 'sims.0.iccid'],
      [7, 'retiredAt'],
    ])
    assert.match(body.faults?.find(({ row }) => row === 5)?.detail ?? '', /in device here since/)
  })
})

it('no number of a SIM or a thing, and no owner, is in the log, the audit trail or the data folder', async () => {
  await patch('declared', { sims: [{ iccid: ICCIDS[0] }], identity: `imei:${IMEI}`, owner: OWNER })
  await upload(platform, '/sims/import', ['device,iccid,from', `here,${ICCIDS[2]},2020-01-01`])
  const { body: audit } = await platform.api('GET', '/audit?limit=1000')
  const texts = [JSON.stringify(audit), JSON.stringify(platform.log)]
  assert.match(texts[0] ?? '', /declared/)
  await platform.kill('SIGTERM')
  const files = readdirSync(platform.dataFolder, { recursive: true, withFileTypes: true })
  for (const file of files)
    if (file.isFile()) texts.push(readFileSync(join(file.parentPath, file.name), 'latin1'))
  const told = [IMEI, ...ICCIDS, ...ICCIDS.map(sha256), Buffer.from(OWNER).toString('latin1'), OWNER]
  for (const text of texts) for (const secret of told) assert.ok(!text.includes(secret), secret)
})
