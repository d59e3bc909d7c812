import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { ReportContent } from '../../../digital-twin/indicator/report/content.ts'
import { quantiles } from '../../../digital-twin/indicator/report/map.ts'
import { difference, localDay, localNumber } from '../../../digital-twin/indicator/report/numbers.ts'
import { reportPage } from '../../../digital-twin/indicator/report/report.ts'
import { REPORT_POLICY } from '../../../digital-twin/indicator/report/style.ts'
import { figuresOf, wholeProvince, workedCase } from '../../support/report-content.ts'

/** What a reader sees, without markup. */
const textOf = (page: string) =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`

/** Every text that a person can have typed, or a device brought. */
function poisoned(content: ReportContent): ReportContent {
  const { set } = content
  return {
    ...content,
    set: {
      ...set,
      areas: set.areas.map((area) => ({ ...area, nameVi: HOSTILE, nameEn: HOSTILE })),
      figures: set.figures.map((figure) => ({ ...figure, comment: HOSTILE })),
      release: set.release && { ...set.release, id: HOSTILE, reason: HOSTILE },
    },
    publication: { publisher: { nameVi: HOSTILE, nameEn: HOSTILE }, licence: HOSTILE },
    targets: content.targets.map((target) => ({ ...target, source: HOSTILE })),
    standing: content.standing && { ...content.standing, sources: [HOSTILE] },
    populations: content.populations.map((row) => ({ ...row, source: HOSTILE, area: HOSTILE })),
    reports: content.reports.map((row) => ({ ...row, operator: HOSTILE, source: HOSTILE, period: HOSTILE })),
    revisions: content.revisions.map((row) => ({
      ...row,
      reasons: [{ vi: HOSTILE, en: HOSTILE }],
      area: HOSTILE,
      indicator: HOSTILE,
    })),
    trend: content.trend && {
      ...content.trend,
      points: content.trend.points.map((point) => ({ ...point, period: HOSTILE })),
      results: content.trend.results.map((row) => ({ ...row, words: { vi: HOSTILE, en: HOSTILE } })),
    },
  }
}

describe('the yearly report', () => {
  it('states the worked case, number by number, with where each comes from', () => {
    const text = textOf(reportPage(workedCase(), 'vi'))
    for (const told of [
      'Báo cáo số kết nối IoT bình quân đầu người năm 2025',
      'Số liệu sơ bộ',
      'Ngày tham chiếu 31/12/2025',
      'Cơ quan công bố Sở Khoa học và Công nghệ',
      'V2 (thường kỳ), 15/02/2026 00:00 (UTC+7): số liệu nhận muộn của D5',
      '0,6364 kết nối IoT bình quân đầu người',
      '72,73 thuê bao M2M',
      'Xã Ea Drông 24328 3 2 0,6667 – 2 66,67 P',
      'Phường Buôn Ma Thuột 24133 8 4 0,5000 – 5 62,50 P',
      'Không rõ địa bàn 66_U – 1 – – 1 – M',
      'Toàn tỉnh (Tỉnh Đắk Lắk) 66 11 7 0,6364 – 8 72,73 P',
      'Dân số: dân số trung bình 2025.',
      'Hiện có 7 kết nối trên 11 người. Còn thiếu 4 kết nối.',
      'Hiện có 7 kết nối trên 11 người. Còn thiếu 37 kết nối.',
      'TEST − Thiết bị thử nghiệm hoặc mô phỏng 1',
      'IOT_REG = Kết nối IoT đã đăng ký 9',
      'IOT_CONN = Kết nối IoT đang hoạt động 7',
      'Xã Ea Drông Kết nối IoT bình quân đầu người 2025 0,3333 0,6667 V2 số liệu nhận muộn',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ])
      assert.ok(text.includes(told), `${told}\nin\n${text}`)
    const english = textOf(reportPage(workedCase(), 'en'))
    for (const told of [
      '0.6364 IoT connections per person',
      'Ea Drong Commune 24328 3 2 0.6667',
      'Coverage PLATFORM',
    ])
      assert.ok(english.includes(told), told)
  })

  it('reports both arms of the later target, and either is enough', () => {
    const text = (content: ReportContent) => textOf(reportPage(content, 'vi'))
    const alone = text(workedCase())
    assert.match(alone, /01 kết nối IoT” .{0,80} KHÔNG ĐẠT/)
    assert.match(alone, /04 kết nối IoT” .{0,80} CHƯA ĐẠT/)
    assert.match(alone, /“đạt mức trung bình cao trong nước” .{0,120} CHƯA XÉT ĐƯỢC/)
    assert.match(alone, /một trong hai vế là đạt\): CHƯA XÉT ĐƯỢC/)
    const { standing } = wholeProvince()
    const ranked = text({ ...workedCase(), standing })
    assert.match(ranked, /Hạng 9\/34 địa phương.{0,300}HIỆN ĐẠT/)
    assert.match(ranked, /một trong hai vế là đạt\): HIỆN ĐẠT/)
  })

  it('judges a target on integers, whatever the ratio prints as', () => {
    const content = workedCase()
    const area = content.set.areas.find(({ code }) => code === '66')
    assert.ok(area)
    const almost = { area, connections: 1_999_999, registered: 1_999_999, sims: 0, people: 2_000_000 }
    const text = textOf(
      reportPage({ ...content, set: { ...content.set, figures: figuresOf(almost, '2025') } }, 'vi'),
    )
    assert.ok(text.includes('1,0000 kết nối IoT bình quân đầu người'))
    assert.match(text, /01 kết nối IoT” .{0,80} Còn thiếu 1 kết nối\. KHÔNG ĐẠT/)
  })

  it('shows that a cell is withheld, in words and on the map, and nothing of its value', () => {
    const content = wholeProvince()
    const page = reportPage(content, 'vi')
    const withheld = new Set(
      content.set.figures.filter(({ obsStatus }) => obsStatus === 'Q').map(({ area }) => area),
    )
    assert.equal(withheld.size, 5)
    for (const code of withheld)
      assert.match(textOf(page), new RegExp(` ${code} [\\d.]+ bảo mật bảo mật – bảo mật bảo mật Q C`))
    assert.equal(page.match(/<path [^>]*fill="url\(#withheld\)"/g)?.length, withheld.size)
    assert.match(textOf(page), /Không công bố \(bảo mật\) \(5 xã, phường\)/)
  })

  it('compares a territory with what it was before the boundaries changed, and nothing else', () => {
    const content = workedCase()
    const province = content.set.areas.find(({ code }) => code === '66')
    assert.ok(province)
    const counted = { registered: 9, sims: 8, people: 10 }
    const territory = {
      ...province,
      code: '66_PRE202507',
      nameVi: 'Đắk Lắk trước',
      level: 'territory' as const,
    }
    const former = { ...province, geoVersion: '2025-03' }
    const now = figuresOf({ ...counted, area: territory, connections: 5 }, '2025')
    const set = {
      ...content.set,
      areas: [...content.set.areas, territory],
      figures: [...content.set.figures, ...now],
    }
    const figures = figuresOf({ ...counted, area: former, connections: 2 }, '2024')
    const text = textOf(
      reportPage({ ...content, set, previous: { ...content.set, areas: [former], figures } }, 'vi'),
    )
    assert.ok(text.includes('Đắk Lắk trước Kết nối IoT đang hoạt động 2 5 +3'), text)
    assert.ok(text.includes('Đắk Lắk trước Kết nối IoT bình quân đầu người 0,2000 0,5000 +0,3000'), text)
    assert.ok(text.includes('Tỉnh Đắk Lắk Kết nối IoT đang hoạt động 2 7 –'), text)
    assert.ok(text.includes('gián đoạn chuỗi, mã B'), text)
  })

  it('takes what people typed as text, whatever it is', () => {
    for (const lang of ['vi', 'en'] as const) {
      const page = reportPage(poisoned(wholeProvince()), lang)
      assert.doesNotMatch(page, /<script|<img|onerror='/)
      assert.ok(page.includes('&#60;script&#62;alert(1)'))
    }
  })

  it('needs no style, script or file but its own one style, which its policy names', () => {
    const page = reportPage(wholeProvince(), 'vi')
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
    assert.ok(
      REPORT_POLICY.includes(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`),
    )
    assert.doesNotMatch(page, /<(script|link|img|iframe|a)\b| style="| on[a-z]+="|(src|href)=/)
  })

  it('is the same bytes for the same content', () =>
    assert.equal(reportPage(wholeProvince(), 'vi'), reportPage(wholeProvince(), 'vi')))

  it('says so where data is made up, and where there is nothing to say', () => {
    const content = workedCase()
    const bare: ReportContent = {
      ...content,
      set: { ...content.set, isSynthetic: true, release: null, asOf: null, figures: [], areas: [] },
      targets: [],
      rules: [],
      populations: [],
      revisions: [],
      shapes: [],
    }
    const text = textOf(reportPage(bare, 'vi'))
    for (const told of [
      'SỐ LIỆU GIẢ LẬP',
      'chưa phát hành',
      'Chưa nhập mục tiêu.',
      'Chưa nhập dân số',
      'Chưa có báo cáo của nhà mạng',
      'Chưa có số liệu của năm 2024',
      'chưa điều chỉnh số nào',
      'Chưa đủ số liệu',
    ])
      assert.ok(text.includes(told), told)
    assert.doesNotMatch(text, /NaN|undefined|null/)
  })
})

describe('numbers of the report', () => {
  it('are written as readers of the language write them', () => {
    assert.equal(localNumber('1234567.0500', 'vi'), '1.234.567,0500')
    assert.equal(localNumber('1234567.0500', 'en'), '1,234,567.0500')
    assert.equal(localNumber('+123', 'vi'), '+123')
    assert.equal(localDay('2025-12-31', 'vi'), '31/12/2025')
    assert.equal(localDay('2025-12-31', 'en'), '31 December 2025')
  })

  it('differ exactly, also where binary fractions do not', () =>
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(10_000_000), fc.integer({ min: 0, max: 4 }), (a, b, places) => {
        const text = (n: number) => {
          const digits = String(n).padStart(places + 1, '0')
          return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
        }
        const sign = b > a ? '+' : b < a ? '−' : '±'
        assert.equal(difference(text(a), text(b)), `${sign}${text(Math.abs(b - a))}`)
      }),
    ))

  it('fall into classes of about the same number of areas', () => {
    const values = (count: number) => [...Array(count).keys()].map((at) => (at / 100).toFixed(4))
    assert.deepEqual(quantiles(values(11).slice(1)), ['0.0300', '0.0500', '0.0700', '0.0900'])
    const [none, some] = [Array(80).fill('0.0000'), values(9).slice(1)]
    assert.deepEqual(quantiles([...none, ...some]), ['0.0100', '0.0300', '0.0500', '0.0700'])
    assert.deepEqual(quantiles(none), [])
    assert.deepEqual(quantiles(['0.5000', '0.6667']), ['0.6667'])
    assert.deepEqual(quantiles(['1.0000', '1.0000', '1.0000']), [])
    assert.deepEqual(quantiles([]), [])
  })
})
