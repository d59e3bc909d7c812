/** RFC 9039 §4.1, §4.2: devices named by a MAC or 1-Wire address end where their hexadecimal digits do. */
const HEX_DEVICE = /^urn:dev:(?:mac|ow):[0-9A-Fa-f]+(?![0-9A-Za-z])/
const OTHER_DEVICE = /^urn:dev:[a-z0-9]+:[^_/]+/

interface Owned {
  /** Absent: the sender itself. */
  readonly source?: string
  /** What of the name says which quantity it is; empty where only the unit does. */
  readonly name: string
}

/**
 * Divides a resolved name into device and quantity. SenML itself does not (RFC 8428 §4.5.1 asks for one name that is unique in the
 * world), but its senders do: the base name is the device, with a separator at its end, and the name is the quantity. A
 * `urn:dev:` (RFC 9039) shows its own end, `_` before a component included. A base name that begins with `/` is a path of
 * LwM2M within the sender. Without a base name, a name with a colon in it (an address, a URN) is that of a device, and any other
 * is a quantity of the sender's own. `isKnown` says whether a name is that of a quantity.
 */
export function ownerOf(base: string, local: string, isKnown: (name: string) => boolean): Owned {
  const whole = base + local
  const hex = HEX_DEVICE.exec(base)?.[0] ?? (base.startsWith('urn:dev:') ? null : HEX_DEVICE.exec(local)?.[0])
  if (hex) return { source: hex.toLowerCase(), name: withoutHead(whole.slice(hex.length)) }
  if (whole.startsWith('/')) return { name: whole.slice(1) }
  if (base === '') return ofLocal(local, isKnown)
  if (local === '' && !base.includes(':') && isKnown(base)) return { name: base }
  const component = local === '' ? OTHER_DEVICE.exec(base)?.[0] : undefined
  if (component && component.length < base.length)
    return { source: component, name: withoutHead(base.slice(component.length)) }
  return { source: withoutTail(base), name: local }
}

function ofLocal(local: string, isKnown: (name: string) => boolean): Owned {
  if (!local.includes(':')) return { name: local }
  const device = OTHER_DEVICE.exec(local)?.[0]
  if (device && device.length < local.length)
    return { source: device, name: withoutHead(local.slice(device.length)) }
  const slash = local.lastIndexOf('/')
  if (slash > 0) return { source: local.slice(0, slash), name: local.slice(slash + 1) }
  const colon = local.lastIndexOf(':')
  const last = local.slice(colon + 1)
  return isKnown(last) ? { source: local.slice(0, colon), name: last } : { source: local, name: '' }
}

const withoutHead = (name: string): string => name.replace(/^[:/_.-]/, '')
const withoutTail = (base: string): string => (base.length > 1 ? base.replace(/[:/_.-]$/, '') : base)
