import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { REJECTION_CODES } from '../../core/rejection-codes.ts'

const page = readFileSync(new URL('../../docs/rejections.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)]

it('the page on rejections explains every code and no other, in the same order', () =>
  expect(rows.map(([, code]) => code)).toEqual(Object.keys(REJECTION_CODES)))

it('the page on rejections says of each what it means and what to do', () => {
  for (const [, code, meaning, advice] of rows) {
    expect(meaning?.trim().length, `meaning of ${code}`).toBeGreaterThan(10)
    expect(advice?.trim().length, `advice on ${code}`).toBeGreaterThan(10)
  }
})

it('every code is in snake case and says in a sentence what is wrong', () => {
  for (const [code, text] of Object.entries(REJECTION_CODES)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(text).toMatch(/^[A-Z].*\.$|GET/)
  }
})
