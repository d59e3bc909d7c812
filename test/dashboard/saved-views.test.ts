import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { readViews } from '../../dashboard/src/overview/views.ts'

describe('the views that a browser keeps', () => {
  it('are some made ones at first, and none once all were removed', () => {
    assert.ok(readViews(null).length > 2)
    assert.deepEqual(readViews('[]'), [])
  })

  it('come back as they were kept', () => {
    const kept = [{ id: 'a', name: 'Đêm', query: 'state=silent' }]
    assert.deepEqual(readViews(JSON.stringify(kept)), kept)
  })

  it('are read from whatever stands there', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { id, query } of readViews(text)) assert.equal(typeof id + typeof query, 'stringstring')
      }),
    ))
})
