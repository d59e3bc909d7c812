import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { shownBody, summaryOf } from '../../api/redact.ts'

const TOKEN = `plb_${'a'.repeat(12)}_${'b'.repeat(32)}`

describe('the summary of a change', () => {
  it('keeps what was asked, and no secret by whatever name or wherever it stands', () => {
    const summary = summaryOf({
      status: 201,
      body: {
        id: 'wm-1',
        password: 'p1',
        nested: { apiKey: 'p2', list: [{ Authorization: 'p3', clientSecret: { deep: 'p4' } }] },
        headers: { 'X-Api-Key': 'p5', cookie: 'p6', accept: 'text/plain' },
        url: 'https://user:p7@hook.example/x',
        note: `use ${TOKEN} or Bearer p8xyz`,
        isToken: false,
        passwordHint: null,
      },
    })
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) assert.doesNotMatch(summary, new RegExp(`p${n}`))
    assert.doesNotMatch(summary, /bbbb/)
    const { body } = JSON.parse(summary)
    assert.deepEqual(
      [body.id, body.headers.accept, body.url, body.isToken, body.passwordHint],
      ['wm-1', 'text/plain', 'https://[redacted]@hook.example/x', false, null],
    )
  })

  it('is JSON of at most 4 KiB, whatever was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3000), (value, times) => {
        const summary = summaryOf({ body: Array.from({ length: times }, () => value) })
        assert.ok(Buffer.byteLength(summary) <= 4096)
        JSON.parse(summary)
      }),
      { numRuns: 30 },
    )
    for (const text of [
      'ế'.repeat(100_000),
      '\u0001'.repeat(100_000),
      '"'.repeat(100_000),
      '\ud83d\ude00'.repeat(9000),
    ]) {
      const summary = summaryOf({ body: { text } })
      assert.ok(Buffer.byteLength(summary) <= 4096)
      assert.match(JSON.parse(summary).sha256, /^[0-9a-f]{64}$/)
    }
  })

  it('takes a mebibyte of anything in a time that grows with it, and no faster', () => {
    for (const piece of [
      'n',
      '://',
      'a://b',
      'bearer ',
      'basic  ',
      'plb_',
      `plb_${'a'.repeat(12)}_`,
      ' ',
      '@',
    ])
      summaryOf({ body: { text: piece.repeat(Math.ceil(1_000_000 / piece.length)) } })
    assert.match(summaryOf({ n: 1n, at: new Date(0), none: undefined, odd: Number.NaN }), /"n":"1","at":"Thu/)
    let nested: unknown = 'x'
    for (let i = 0; i < 5000; i++) nested = { a: nested }
    assert.match(summaryOf({ body: nested }), /too deep/)
  })

  it('of what is no JSON tells its size and digest alone', () => {
    assert.deepEqual(Object.keys(shownBody('id,secret\nwm-1,p1') as object), ['bytes', 'sha256'])
    assert.deepEqual(Object.keys(shownBody(Buffer.from('p1')) as object), ['bytes', 'sha256'])
  })
})
