import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { addDays, localDate } from '../../core/time.ts'
import { networkOf } from '../../simulator/network/network.ts'
import { pastOf } from '../../simulator/past.ts'
import { provinceOf } from '../../simulator/province.ts'
import { simDigest } from '../../store/digests.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { upload } from '../support/upload.ts'

const NOW = Date.parse('2026-11-30T12:00:00+07:00')
const { devices } = networkOf(provinceOf({ seed: 1, devices: 200, prefix: 'demo' }), {
  prefix: 'demo',
  seed: 1,
  intervalMs: undefined,
})

const table = (csv: string): Record<string, string>[] => {
  const [header = '', ...lines] = csv.trim().split('\n')
  const columns = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])))
}

describe('the past of a simulated province', () => {
  const past = pastOf(devices, NOW)
  const rows = table(past.devices)
  const heard = table(past.activity)

  it('is spread over two years, has devices that ended, gateways, persons and SIMs', () => {
    const starts = rows.map(({ validFrom = '' }) => validFrom)
    assert.ok(starts.some((day) => day < '2025-06-01') && starts.some((day) => day > '2026-08-01'))
    assert.ok(rows.some(({ retiredAt }) => retiredAt !== ''))
    assert.equal(rows.filter(({ role }) => role === 'gateway').length, 2)
    const persons = rows.filter(({ ownerKind }) => ownerKind === 'person')
    assert.ok(persons.length > 20 && persons.every(({ type }) => type === 'water-meter'))
    // A growing number of them would be a small one first, and small ones are withheld.
    assert.equal(new Set(persons.map(({ validFrom }) => validFrom)).size, 1)
    const sims = rows.flatMap(({ sims = '' }) => (sims === '' ? [] : [sims]))
    assert.ok(sims.length > 0 && sims.every((sim) => simDigest(sim) !== null))
    assert.equal(new Set(sims).size, sims.length)
  })

  it('hears somebody on each day but today, and nobody before or after their time', () => {
    const lives = new Map(rows.map((row) => [row.id, row]))
    for (const { device, from = '', to = '' } of heard) {
      const { validFrom = '', retiredAt = '' } = lives.get(device) ?? {}
      assert.ok(
        from >= validFrom && to < (retiredAt || '2026-11-30') && from <= to,
        `${device} ${from} ${to}`,
      )
    }
    for (let day = '2025-06-01'; day < '2026-11-30'; day = addDays(day, 1))
      assert.ok(
        heard.some(({ from = '', to = '' }) => from <= day && day <= to),
        day,
      )
  })

  it('is taken by the platform as it is', async () => {
    const platform = await startPlatformProcess()
    const lines = ({ devices, activity }: typeof past) =>
      [devices, activity].map((csv) => csv.trim().split('\n')) as [string[], string[]]
    const [made, active] = lines(pastOf(devices, Date.now()))
    assert.equal((await upload(platform, '/devices/import', made)).status, 201)
    const { status, body } = await upload(platform, '/activity/import', active)
    assert.equal(status, 201, JSON.stringify(body))
    // What is withheld for its households is somewhere in the province, and not the province.
    const lastYear = Number(localDate(Date.now() * 1000).slice(0, 4)) - 1
    const { body: figure } = await platform.api<{ connections: number | null; status: string }>(
      'GET',
      `/indicators/iot-per-capita?area=66&period=${lastYear}`,
    )
    assert.ok(figure.connections, figure.status)
    const { body: list } = await platform.api<{ items: { confStatus: string }[] }>(
      'GET',
      `/indicators/iot-per-capita?period=${lastYear}`,
    )
    assert.ok(list.items.some(({ confStatus }) => confStatus === 'C'))
  })
})
