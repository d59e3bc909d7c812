import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, describe, it } from 'vitest'
import { RULE_NAMES } from '../../dashboard/src/alarms/rule-words.ts'
import { statementOf, titleOf } from '../../dashboard/src/alarms/sentence.ts'
import { language } from '../../dashboard/src/state/preferences.ts'
import { AN_ALARM } from './an-alarm.ts'

afterEach(() => {
  language.value = 'vi'
})

const said = (part: object) => {
  const alarm = { ...AN_ALARM, ...part }
  language.value = 'vi'
  const vi = statementOf(alarm)
  language.value = 'en'
  return [vi, statementOf(alarm)]
}

describe('what a row says of an alarm', () => {
  it('is the value on its side of the bound, as the language writes numbers and units', () => {
    assert.deepEqual(said({}), [
      'water-pressure 0,85 bar, dưới ngưỡng 1 bar',
      'water-pressure 0.85 bar, below 1 bar',
    ])
    assert.match(
      said({ value: 1234.5, unit: 'm3/h' }).join(' '),
      /1\.234,5 m³\/h, trên .*1,234\.5 m³\/h, above/,
    )
  })

  it('speaks of the kind of the condition, and the channel', () => {
    const of = (condition: string) => said({ details: { condition, channel: 'L1' } }).join(' ')
    assert.match(of('rate'), /water-pressure L1 .*thay đổi nhanh hơn 1 bar .*changes by more than 1 bar/)
    assert.match(of('flat-line'), /đứng yên .*does not move/)
    assert.match(of('implausible'), /giới hạn 1 bar/)
  })

  it('is what would have been usual, or what an expression was judged by', () => {
    const usual = { low: 0.9, high: 1.5, median: 1.2, weeks: 6 }
    assert.deepEqual(said({ bound: null, details: { condition: 'pattern', usual } }), [
      'water-pressure 0,85 bar, thường vào giờ đó trong tuần: 0,9–1,5 bar (trung vị 1,2 của 6 tuần)',
      'water-pressure 0.85 bar, usual at that hour of the week: 0.9–1.5 bar (median 1.2 of 6 weeks)',
    ])
    const used = { 'water-flow': 4.5, 'fedBy.any(value("water-flow") > 3)': true }
    assert.equal(
      said({ quantity: null, value: null, details: { condition: 'expression', used } })[0],
      'water-flow = 4,5; fedBy.any(value("water-flow") > 3) = đúng',
    )
    assert.match(
      said({ details: { condition: 'pattern' } }).join(' '),
      /^Áp suất thấp: pp-1.*Low pressure: pp-1/,
    )
  })

  it('tells times by the local clock, also those in the words of the platform', () => {
    const silence = {
      quantity: null,
      value: null,
      details: { condition: 'silence', since: '2026-11-29T17:05:00Z' },
    }
    assert.match(said(silence).join(' '), /từ 00:05 30\/11\/2026 .*since 00:05 30\/11\/2026/)
    assert.match(
      said({ details: { condition: 'other' } }).join(' '),
      /từ 16:00:00 30\/11\/2026 .*since 16:00:00/,
    )
  })

  it('names the platform’s own rules, which bring no name', () => {
    language.value = 'vi'
    assert.equal(titleOf({ ...AN_ALARM, rule: 'common-cause' }), 'Nguyên nhân chung')
    assert.equal(titleOf(AN_ALARM), 'Áp suất thấp')
    assert.equal(titleOf({ ...AN_ALARM, rule: 'x', ruleNameVi: null, ruleNameEn: null }), 'x')
  })

  it('has a name for each rule of the platform, and for no other', () => {
    const text = ['security-rules', 'alarm-groups']
      .map((file) => readFileSync(new URL(`../../digital-twin/alarms/${file}.ts`, import.meta.url), 'utf8'))
      .join()
    const rules = [...text.matchAll(/(?:rule:|rule =|COMMON_CAUSE =|add\() ?'([a-z-]+)'/g)].map(
      ([, rule]) => rule,
    )
    assert.deepEqual([...new Set(rules)].sort(), Object.keys(RULE_NAMES).sort())
  })
})
