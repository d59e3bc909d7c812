import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { parseRfc3339 } from '../../core/time.ts'
import type { Condition, Rule } from '../../digital-twin/alarms/rule.ts'
import { type Found, findingOfRule } from '../../digital-twin/alarms/rule-finding.ts'

const since = parseRfc3339('2026-11-30T17:05:00Z') ?? 0

function sentences(
  condition: Condition,
  value: number | null,
  bound: number | null,
  more: Partial<Found> = {},
): (string | undefined)[] {
  const rule: Rule = {
    id: 'r',
    nameVi: 'Tên',
    nameEn: 'Name',
    severity: 'high',
    scope: {},
    condition,
    isEnabled: true,
    origin: 'user',
    revision: 1,
  }
  const quantity = value === null ? null : 'water-flow'
  const found = {
    entity: 'fm-1',
    device: null,
    key: 'k',
    quantity,
    channel: '',
    value,
    bound,
    since,
    ...more,
  }
  const { text, textVi } = findingOfRule(rule, found)
  return [text, textVi]
}

describe('what an alarm of a rule says', () => {
  it('is which side of the bound the value is on, and since when by the clock on the wall', () => {
    const flow = { quantity: 'water-flow' }
    assert.deepEqual(sentences({ kind: 'threshold', ...flow, above: 40 }, 45.5, 40.25), [
      'Name: fm-1: Water flow 45.5 m³/h, above 40.25 since 2026-12-01 00:05',
      'Tên: fm-1: Lưu lượng nước 45,5 m³/h, trên 40,25 từ 2026-12-01 00:05',
    ])
    assert.match(sentences({ kind: 'threshold', ...flow, below: 1 }, 0.2, 1).join(), /below 1 .*dưới 1 /)
    assert.match(
      sentences({ kind: 'rate', ...flow, rises: 7, withinS: 60 }, 9, 7).join(),
      /by more than 7 .*quá 7 /,
    )
    assert.match(sentences({ kind: 'flat-line', ...flow, forS: 60 }, 9, 0).join(), /not moving .*đứng yên /)
    assert.match(
      sentences({ kind: 'silence' }, null, null).join(),
      /heard since 2026-12-01 00:05.*dữ liệu từ 2026/,
    )
  })

  it('of a pattern is what is usual then, without a blank where there is no unit', () => {
    const usual = { hour: 2, median: 0.5, sigma: 0.1, weeks: 4 }
    const condition = { kind: 'pattern', quantity: 'power-factor', deviations: 2, weeks: 4 } as const
    assert.deepEqual(sentences(condition, 0.9, null, { quantity: 'power-factor', usual }), [
      'Name: fm-1: Power factor 0.9; usual on Monday 02–03 h: 0.3–0.7 (median 0.5 of 4 weeks)',
      'Tên: fm-1: Hệ số công suất 0,9; thường lúc 02–03 giờ thứ Hai: 0,3–0,7 (trung vị 0,5 của 4 tuần)',
    ])
  })

  it('of an expression is what it was judged by, if it was by anything, as people write it', () => {
    const judgedBy = (used: NonNullable<Found['used']>, at: number | null = since) =>
      sentences({ kind: 'expression', expression: 'true' }, null, null, { used, since: at })
    const used = { 'temperature/a': 31.5, 'parking-free': 1234, 'feeds.any(true)': true, 'feeds.count()': 2 }
    assert.deepEqual(judgedBy(used), [
      'Name: fm-1: Temperature a 31.5 °C; Free parking spaces 1,234 spaces; feeds.any(true): yes; feeds.count() = 2 since 2026-12-01 00:05',
      'Tên: fm-1: Nhiệt độ a 31,5 °C; Số chỗ đỗ còn trống 1.234 chỗ; feeds.any(true): có; feeds.count() = 2 từ 2026-12-01 00:05',
    ])
    assert.deepEqual(judgedBy({ 'parts.all(true)': false }, null), [
      'Name: fm-1: parts.all(true): no',
      'Tên: fm-1: parts.all(true): không',
    ])
    assert.deepEqual(judgedBy({}), ['Name: fm-1', 'Tên: fm-1'])
  })
})
