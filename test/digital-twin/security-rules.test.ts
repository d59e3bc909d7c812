import { describe, expect, it } from 'vitest'
import type { RefusalReason, RefusedConnection } from '../../core/refusals.ts'
import { findingOfNetwork, findingOfRate, THRESHOLDS } from '../../digital-twin/alarms/security-rules.ts'
import { SecurityWatch } from '../../digital-twin/alarms/security-watch.ts'

const S = 1_000_000

const refusal = (more: Partial<RefusedConnection> = {}): RefusedConnection => ({
  address: '10.0.0.1',
  port: 'mqtt',
  reason: 'wrong_password',
  username: 'wm-1',
  clientId: 'wm-1',
  device: 'wm-1',
  firstAt: 0,
  lastAt: 0,
  count: 1,
  advice: 'the password of wm-1 is wrong',
  ...more,
})

/** The rules of what was found, for refusals that come so many seconds apart. */
function rulesOf(times: number, apartS: number, each: (i: number) => Partial<RefusedConnection>): string[][] {
  const watch = new SecurityWatch()
  return Array.from({ length: times }, (_, i) =>
    watch.refused(refusal(each(i)), i * apartS * S).map(({ rule }) => rule),
  )
}

const nobody = (i: number) => ({
  reason: 'unknown_user' as const,
  device: null,
  username: `guess-${i}`,
  clientId: '',
})

describe('refusals', () => {
  it('of one device are an alarm from the tenth within five minutes on, wherever they come from', () => {
    const rules = rulesOf(12, 1, (i) => ({ address: `10.0.0.${i}` }))
    expect(rules.map(([rule]) => rule ?? '')).toEqual([
      ...new Array(9).fill(''),
      ...new Array(3).fill('device-refused-often'),
    ])
  })

  it('of one device that come slower than that are none', () => {
    expect(rulesOf(50, THRESHOLDS.deviceRefusals.windowS / 8, () => ({})).flat()).toEqual([])
  })

  it('of one address are an alarm, whatever they are about', () => {
    const rules = rulesOf(30, 1, () => ({
      device: null,
      reason: 'tls_handshake',
      username: '',
      clientId: '',
    }))
    expect(rules.flat()).toEqual(['address-refused-often'])
  })

  it('of many names that no device has are a scan', () => {
    expect(rulesOf(10, 5, nobody).flat()).toEqual(['name-scan'])
    expect(rulesOf(40, 60, nobody).flat()).toContain('name-scan')
    expect(rulesOf(40, 300, nobody).flat()).toEqual([])
    expect(rulesOf(20, 5, () => nobody(1)).flat()).toEqual([])
  })

  it('that the platform itself is the cause of are none', () => {
    for (const reason of ['connections_max', 'unavailable'] as const)
      expect(rulesOf(50, 1, () => ({ reason })).flat()).toEqual([])
  })

  it.each<readonly [RefusalReason, string]>([
    ['certificate_revoked', 'revoked-certificate'],
    ['too_many_messages', 'message-flood'],
    ['certificate_crl', 'no-revocation-list'],
  ])('for %s are one at once', (reason, rule) => {
    expect(rulesOf(1, 1, () => ({ reason })).flat()).toEqual([rule])
  })
})

describe('a rate', () => {
  const rate = { device: 'wm-1', messages: 600, usual: 6, minutes: 60 }
  it.each([
    ['a hundred times the usual one', rate, true],
    ['ten times the usual one', { ...rate, usual: 60 }, true],
    ['less than ten times', { ...rate, usual: 61 }, false],
    ['so small that it matters to nobody', { ...rate, messages: 119, usual: 0.2 }, false],
    ['of a device that is not known yet', { ...rate, minutes: 9 }, false],
  ])('%s', (_, given, isAlarm) => {
    expect(findingOfRate(given) !== null).toBe(isAlarm)
  })
})

it('every finding says in a sentence what it is about, and clears by itself', () => {
  const watch = new SecurityWatch()
  const found = Array.from({ length: 30 }, (_, i) => watch.refused(refusal(nobody(i)), i * S)).flat()
  const network = findingOfNetwork('wm-1', '10.9.9.9', '10.9.9.0/24', ['10.0.0.0/24'])
  for (const { text, key, rule, quietS } of [...found, network]) {
    expect(text).toMatch(/^(wm-1|10\.0\.0\.1) .+/)
    expect(key.startsWith(`${rule}/`)).toBe(true)
    expect(quietS).toBeGreaterThan(0)
  }
  expect(network.text).toContain('10.0.0.0/24')
})

describe('what is found', () => {
  it('is told in Vietnamese, too', () => {
    const watch = new SecurityWatch()
    const reasons: RefusalReason[] = ['certificate_crl', 'too_many_messages', 'certificate_revoked']
    const many = Array.from({ length: 40 }, (_, i) => refusal({ username: `w-${i}` }))
    const findings = [
      ...[...reasons.map((reason) => refusal({ reason })), ...many].flatMap((each) => watch.refused(each, 0)),
      ...Array.from({ length: 12 }, (_, i) => watch.refused(refusal(nobody(i)), 0)).flat(),
      findingOfRate({ device: 'wm-1', messages: 1000, usual: 1, minutes: 60 }),
      findingOfNetwork('wm-1', '10.9.0.1', '10.9.0.0/24', ['10.0.0.0/24']),
    ]
    expect(new Set(findings.map((each) => each?.rule)).size).toBe(8)
    for (const each of findings) expect(each?.textVi ?? '').toMatch(/[ạảấầậắặếềệịọốồộớờợụứừự]/)
  })
})
