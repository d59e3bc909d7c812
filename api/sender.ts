import type { IncomingHttpHeaders } from 'node:http'

interface DeviceCheck {
  checkDevice(id: string, secret: string): boolean
}

/**
 * The device that sends, or null. Basic, with its id and secret; or, of services that can only send a fixed header,
 * `<id>:<secret>` as it is: `Authorization: Bearer …` or `X-API-Key: …`. Where several are given all of them must be right, so
 * that no one can be slipped in beside another.
 */
export function senderOf(
  { authorization, 'x-api-key': apiKey }: IncomingHttpHeaders,
  check: DeviceCheck,
): string | null {
  const given = [
    ...(authorization === undefined ? [] : [ofAuthorization(authorization)]),
    ...(apiKey === undefined ? [] : [typeof apiKey === 'string' ? apiKey : null]),
  ]
  const senders = given.map((pair) => (pair === null ? null : ofPair(pair, check)))
  const [first] = senders
  return first !== undefined && senders.every((sender) => sender === first) ? first : null
}

/** `<id>:<secret>`. */
function ofAuthorization(text: string): string | null {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(text) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return Buffer.from(value, 'base64').toString('utf8')
    case 'bearer':
      return value
    default:
      return null
  }
}

function ofPair(pair: string, check: DeviceCheck): string | null {
  const colon = pair.indexOf(':')
  const id = pair.slice(0, colon)
  return colon > 0 && check.checkDevice(id, pair.slice(colon + 1)) ? id : null
}
