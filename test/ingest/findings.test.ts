import { expect, it } from 'vitest'
import { Findings } from '../../ingest/findings.ts'

it('gives the other names of a source once each, and of a source that has none nothing', () => {
  const found = new Findings()
  found.alias('dev1', '70b3d57ed0001234')
  found.alias('dev1', '70b3d57ed0001234')
  found.alias('dev1', 'dev1')
  found.alias('dev2', '')
  found.alias('__proto__', 'x')
  expect(Object.entries(found.decoded().aliases ?? {})).toEqual([
    ['dev1', ['70b3d57ed0001234']],
    ['__proto__', ['x']],
  ])
  expect(new Findings().decoded()).toEqual({ readings: [], rejections: [], ignored: {} })
})

it('keeps no more names than a device can have', () => {
  const found = new Findings()
  for (let i = 0; i < 100; i++) found.alias('dev1', `name-${i}`)
  expect(found.decoded().aliases?.dev1).toHaveLength(8)
})
