import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Findings } from '../../ingest/findings.ts'
import { addBattery, addFrame } from '../../ingest/lorawan.ts'
import { bytesOfBase64, bytesOfHex, euiOf } from '../../ingest/members.ts'

const at = { source: 'd', time: undefined }

it('reads bytes back from hex and from base64, padded or not, in either alphabet', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const buffer = Buffer.from(bytes)
      expect(bytesOfHex(buffer.toString('hex'))).toEqual(bytes)
      expect(bytesOfHex(buffer.toString('hex').toUpperCase())).toEqual(bytes)
      expect(bytesOfBase64(buffer.toString('base64'))).toEqual(bytes)
      expect(bytesOfBase64(buffer.toString('base64').replaceAll('=', ''))).toEqual(bytes)
      expect(bytesOfBase64(buffer.toString('base64url'))).toEqual(bytes)
    }),
  ))

it('refuses text that is neither', () => {
  for (const text of ['0', '0g', '0x01', ' 01', 7, null]) expect(bytesOfHex(text)).toBeUndefined()
  for (const text of ['A', 'A===', 'AQ==AQ==', 'a b=', 7, null]) expect(bytesOfBase64(text)).toBeUndefined()
})

it.each([
  ['70B3D57ED0001234', '70b3d57ed0001234'],
  ['70-b3-d5-7e-d0-00-12-34', '70b3d57ed0001234'],
  ['70b3d57ed000123', undefined],
  ['70b3d57ed000123g', undefined],
  [7, undefined],
])('a DevEUI of %s', (text, eui) => expect(euiOf(text)).toBe(eui))

it.each([
  [1, 0],
  [254, 100],
  ['127.5', 50],
  [0, undefined],
  [255, undefined],
  [-1, undefined],
  ['', undefined],
])('battery %s of DevStatusAns is %s percent', (value, level) => {
  const found = new Findings()
  addBattery(found, { path: '/bat', value }, at)
  expect(found.readings[0]?.value).toBe(level)
})

describe('a frame', () => {
  const heard = (rssi: unknown, snr?: unknown) => ({
    rssi: { path: 'r', value: rssi },
    snr: { path: 's', value: snr },
  })
  const radio = (receptions: ReturnType<typeof heard>[], sf?: unknown) => {
    const found = new Findings()
    const spreadingFactor = { path: 'f', value: sf }
    addFrame(found, { ...at, path: '', fPort: '3', bytes: Uint8Array.of(1), receptions, spreadingFactor })
    return found.readings.map(({ value }) => value)
  }

  it('has the quality that the loudest gateway heard, and of equals the clearest', () => {
    expect(radio([heard(-90, 9), heard('-60.5', -2), heard(undefined, 12)])).toEqual([-60.5, -2])
    expect(radio([heard(-60, 1), heard(-60, 3)])).toEqual([-60, 3])
    expect(radio([])).toEqual([])
  })

  it.each([
    ['SF7BW125', 7],
    ['SF12 BW125 4/5', 12],
    ['11', 11],
    [9, 9],
  ])('has the spreading factor of %s', (rate, factor) => expect(radio([], rate)).toEqual([factor]))

  it('of frequency-shift keying has none', () => expect(radio([], '50000')).toEqual([]))
})
