import { describe, expect, it } from 'vitest'
import { hostOf, networkOf, plainAddress, readAddresses } from '../../core/address.ts'

describe('addresses', () => {
  it.each([
    ['::ffff:10.1.2.3', '10.1.2.3', '10.1.2.0/24', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.0/24', '10.1.2.3'],
    ['2001:DB8::1', '2001:DB8::1', '2001:db8:0::/48', '2001:db8:0:0::/64'],
    ['2001:0db8:0001:0002:3:4:5:6', '2001:0db8:0001:0002:3:4:5:6', '2001:db8:1::/48', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::1', 'fe80:0:0::/48', 'fe80:0:0:0::/64'],
    ['::1', '::1', '0:0:0::/48', '0:0:0:0::/64'],
    [undefined, '', null, ''],
  ])('%s', (given, plain, network, host) => {
    const address = plainAddress(given)
    expect([address, networkOf(address), hostOf(address)]).toEqual([plain, network, host])
  })

  it('are listed one by one and by network', () => {
    const isListed = readAddresses('127.0.0.1, ::1,10.0.0.0/8,2001:db8::/32')
    expect(['127.0.0.1', '::1', '10.200.1.1', '2001:db8:5::9'].every((address) => isListed?.(address))).toBe(
      true,
    )
    expect(
      ['127.0.0.2', '::2', '11.0.0.1', '2001:db9::1', '', 'x'].some((address) => isListed?.(address)),
    ).toBe(false)
    expect(readAddresses('')?.('127.0.0.1')).toBe(false)
  })

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/', '::1/129', '1.2.3'])('%s is none', (text) =>
    expect(readAddresses(text)).toBeNull(),
  )
})
