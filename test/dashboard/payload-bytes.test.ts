import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { bytesOf, editable, readable, toBase64 } from '../../dashboard/src/wiring/payload-bytes.ts'

describe('a payload on the page', () => {
  it('keeps every byte from what is shown for editing to what is sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { text, encoding } = editable(toBase64(bytes))
        // JSON is shown with line breaks of its own: the same value, not the same bytes.
        if (encoding === 'text' && readable(toBase64(bytes)).kind === 'json') return
        assert.deepEqual(bytesOf(text, encoding), bytes)
      }),
    )
  })

  it('takes hex as logs and instruments print it, and refuses what is none', () => {
    for (const text of ['01 ff', '0x01, 0xFF', '01:ff', '01-FF', '01ff'])
      assert.deepEqual(bytesOf(text, 'hex'), new Uint8Array([1, 255]), text)
    for (const text of ['0', 'xyz', '01 f']) assert.equal(bytesOf(text, 'hex'), null, text)
    assert.equal(bytesOf('%%', 'base64'), null)
  })

  it('is shown as JSON, as text, or as bytes', () => {
    const shown = (text: string) => readable(Buffer.from(text).toString('base64'))
    assert.deepEqual(shown('{"a":1}'), { text: '{\n  "a": 1\n}', kind: 'json' })
    assert.deepEqual(shown('a=1;b=2'), { text: 'a=1;b=2', kind: 'text' })
    assert.equal(shown('ab\u0000').kind, 'hex')
    assert.match(shown('ab\u0000').text, /^0000 {2}61 62 00 +ab·$/)
  })
})
