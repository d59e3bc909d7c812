import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { identityHash, ownerHash, plainIdentity, simDigest, simHash } from '../../store/digests.ts'

const KEY = Buffer.alloc(32, 1)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('the digest of a SIM', () => {
  it('is that of its digits, however they are written', () => {
    // ITU-T E.118: the last digit is the Luhn check digit of the others.
    const digest = sha256('8984048000012345678')
    for (const text of [
      '8984048000012345678',
      ' 8984 0480 0001 2345 678 ',
      '8984-0480-0001-2345-678',
      '8984048000012345678F',
      digest,
      digest.toUpperCase(),
    ])
      assert.equal(simDigest(text), digest, text)
    assert.equal(simDigest('89860012345678901234'), sha256('89860012345678901234'))
  })

  it('takes the check digit as read where it was left out', () => {
    assert.equal(simDigest('890126085229084743'), simDigest('8901260852290847433'))
  })

  it('is not made of what is no ICCID', () => {
    for (const text of ['', '89', '452040000000001', '1234567890123456789', 'x'.repeat(64), '8984-0480-abcd'])
      assert.equal(simHash(KEY, text), null, text)
  })

  it('is stored keyed, so that a list of numbers tells nobody which SIMs are here', () => {
    const hash = simHash(KEY, '8984048000012345678')
    assert.notEqual(hash?.toString('hex'), sha256('8984048000012345678'))
    assert.notDeepEqual(hash, simHash(Buffer.alloc(32, 2), '8984048000012345678'))
    assert.deepEqual(hash, simHash(KEY, sha256('8984048000012345678')))
  })
})

describe('the identity of a thing', () => {
  it('is one whatever the spelling', () => {
    const same: readonly (readonly string[])[] = [
      ['imei:356938035643809', 'IMEI: 35-693803-564380-9', 'imei:35693803564380', 'imei:3569380356438012'],
      ['deveui:70B3D57ED0012345', 'DevEUI:70-b3-d5-7e-d0-01-23-45', 'deveui:70b3:d57e:d001:2345'],
      ['serial:Kamstrup:WM 00123', 'serial: kamstrup :wm00123', 'SERIAL:KAMSTRUP:WM00123'],
      ['eid:89049032000001000000012345678901', 'EID: 8904 9032 0000 0100 0000 0123 4567 8901'],
    ]
    for (const [first = '', ...others] of same)
      for (const other of others) assert.equal(plainIdentity(other), plainIdentity(first), other)
    const plain = same.map(([first = '']) => plainIdentity(first))
    assert.equal(new Set(plain).size, same.length)
    assert.ok(!plain.includes(null))
  })

  it('keeps the zeros in front of a number and the parts of a serial number apart', () => {
    assert.notEqual(plainIdentity('serial:a:007'), plainIdentity('serial:a:7'))
    assert.notEqual(plainIdentity('serial:a:b'), plainIdentity('serial:ab:'))
  })

  it('is refused where it has none of the forms', () => {
    for (const text of [
      '',
      'imei:1234',
      '356938035643809',
      'deveui:70B3',
      'eid:89',
      'serial:x',
      'serial::1',
      'mac:00',
    ])
      assert.equal(identityHash(KEY, text), null, text)
  })

  it('takes any text without a fault', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('imei', 'eid', 'deveui', 'serial', 'x'), (text, kind) => {
        const plain = plainIdentity(`${kind}:${text}`)
        assert.ok(plain === null || plainIdentity(plain) === plain, 'reading it again changes nothing')
      }),
    )
  })
})

it('the digest of an owner is one whatever the case and spaces, and another than that of the same words elsewhere', () => {
  assert.deepEqual(ownerHash(KEY, ' Công ty  Cấp nước '), ownerHash(KEY, 'công ty cấp nước'.normalize('NFD')))
  assert.notDeepEqual(ownerHash(KEY, 'imei:35693803564380'), identityHash(KEY, 'imei:35693803564380'))
})
