import { BlockList, isIP, isIPv4 } from 'node:net'

/** An address as it is shown and compared: IPv4 over IPv6 is IPv4 (RFC 4291 §2.5.5.2), no zone. */
export function plainAddress(address: string | undefined): string {
  const bare = (address ?? '').split('%', 1)[0] ?? ''
  return bare.toLowerCase().startsWith('::ffff:') && isIPv4(bare.slice(7)) ? bare.slice(7) : bare
}

/** The network an address is in, `<prefix>/24` or `<prefix>/48`: what one site or provider gives out. Null for no address. */
export function networkOf(address: string): string | null {
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  return isIP(address) === 6 ? `${groupsOf(address).slice(0, 3).join(':')}::/48` : null
}

/** Who is counted as one: an IPv4 address, or the /64 that one IPv6 line has to itself. */
export function hostOf(address: string): string {
  return isIP(address) === 6 ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...new Array<string>(missing).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}

/** Reads addresses and networks (`10.0.0.0/8`) between commas; null where one is neither. */
export function readAddresses(text: string): ((address: string) => boolean) | null {
  const list = new BlockList()
  for (const part of text.split(',').map((item) => item.trim())) {
    if (part === '') continue
    const [address = '', bits, ...rest] = part.split('/')
    const family = isIP(address)
    if (family === 0 || rest.length > 0) return null
    const kind = family === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(address, kind)
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
      list.addSubnet(address, Number(bits), kind)
    else return null
  }
  return (address) => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}
