import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { addDays, localDayStart, type Micros } from '../../../core/time.ts'
import { compose } from '../../../digital-twin/indicator/compose.ts'
import { Indicator } from '../../../digital-twin/indicator/indicator.ts'
import type { PeriodInputs } from '../../../digital-twin/indicator/inputs.ts'
import { publish } from '../../../digital-twin/indicator/releases/publish.ts'
import { gatherReport } from '../../../digital-twin/indicator/report/gather.ts'
import { reportPage } from '../../../digital-twin/indicator/report/report.ts'
import type { Db } from '../../../store/db.ts'
import { embeddedStore } from '../../support/data-folder.ts'
import { WORKED_INPUTS } from './worked-inputs.ts'

const endOf = (day: string): Micros => localDayStart(addDays(day, 1)) - 1
const publication = { publisher: { nameVi: 'Sở', nameEn: 'Department' }, licence: null }

/** As it was published before there was a platform, at the end of a day. */
async function release(db: Db, id: string, day: string, inputs: readonly PeriodInputs[]): Promise<void> {
  const at = endOf(day)
  const periods = inputs.map(({ period }) => period)
  const result = await publish(
    db,
    {
      id,
      periods,
      kind: 'ROUTINE',
      isFinal: false,
      reason: '',
      by: 'token:test',
      asOf: at,
      importedFrom: at,
    },
    {
      readInputs: async (_, { period }) => inputs.find((one) => one.period === period) ?? WORKED_INPUTS.V1,
      compose,
    },
  )
  assert.ok(result.ok, JSON.stringify(result))
}

async function pageAt(db: Db, day: string, lang: 'vi' | 'en' = 'vi'): Promise<string> {
  const asOf = endOf(day)
  const content = await gatherReport(db, new Indicator(db, false), { year: 2025, asOf, publication })
  return reportPage(content, lang)
}

const textOf = (page: string) =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

describe('the yearly report of the worked case', () => {
  it('states each release, what it revised and why, and stays what it was', async () => {
    const { db } = await embeddedStore()
    await release(db, 'V1', '2026-01-15', [WORKED_INPUTS.V1])
    const first = await pageAt(db, '2026-01-31')
    await release(db, 'V2', '2026-02-15', [WORKED_INPUTS.V2])
    await release(db, 'V3', '2026-07-01', [WORKED_INPUTS.V3])
    for (const [page, told] of [
      [
        first,
        ['0,5455 kết nối IoT bình quân', 'Còn thiếu 5 kết nối', '63,64 thuê bao', 'không điều chỉnh số nào'],
      ],
      [
        await pageAt(db, '2026-02-15'),
        [
          '0,6364 kết nối IoT bình quân',
          'Còn thiếu 4 kết nối',
          '72,73 thuê bao',
          '0,3333 0,6667 V2 Số liệu đến muộn',
          'IOT_REG = Kết nối IoT đã đăng ký 9',
          'NEVER_HEARD − Chưa từng gửi số liệu 1',
          'Cổng kết nối không tự đo 3',
        ],
      ],
      [
        await pageAt(db, '2026-12-01'),
        ['0,5833 kết nối IoT bình quân', 'Còn thiếu 5 kết nối', '0,6667 0,5000 V3 Dân số được điều chỉnh'],
      ],
    ] as const)
      for (const words of told) assert.ok(textOf(page).includes(words), `${words}\nin\n${textOf(page)}`)
    assert.equal(await pageAt(db, '2026-01-31'), first)
  })

  it('has the trend of what was published by then, and of that alone', async () => {
    const { db } = await embeddedStore()
    const months = [7, 8, 9, 10, 11, 12].map((month): PeriodInputs => {
      const period = `2025-${String(month).padStart(2, '0')}`
      const next = month === 12 ? '2026-01-01' : `2025-${String(month + 1).padStart(2, '0')}-01`
      const { tallies } = WORKED_INPUTS.V1
      const more = tallies.map((tally) => (tally.rule === 'ACTIVE' ? { ...tally, devices: month } : tally))
      return {
        ...WORKED_INPUTS.V1,
        ...{ period, freq: 'M', referenceDate: addDays(next, -1), tallies: more },
      }
    })
    await release(db, 'V1', '2026-01-15', [WORKED_INPUTS.V1])
    const before = textOf(await pageAt(db, '2026-01-20'))
    assert.ok(before.includes('Chưa đủ số liệu để ước lượng xu hướng.'), before)
    await release(db, 'M1', '2026-01-25', months)
    const page = await pageAt(db, '2026-01-31')
    assert.match(page, /<circle /)
    assert.match(textOf(page), /2025-07 2025-08 2025-09 2025-10 2025-11 2025-12/)
    assert.match(textOf(page), /Đã đạt mục tiêu 1 kết nối IoT bình quân đầu người, tính từ tháng 7 năm 2025/)
    assert.equal(textOf(await pageAt(db, '2026-01-20')), before)
  })
})
