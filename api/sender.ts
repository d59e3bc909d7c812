import type { IncomingHttpHeaders } from 'node:http'

export interface GivenCredentials {
  readonly name: string
  readonly password: string
}

/**
 * The credentials that a sender gives, or null. Basic (RFC 7617), with its id and secret; or, of services that can only send a fixed
 * header, `<id>:<secret>` as it is: `Authorization: Bearer …` or `X-API-Key: …`. Where several are given all of them must be the
 * same, so that no one can be slipped in beside another.
 */
export function credentialsIn({
  authorization,
  'x-api-key': apiKey,
}: IncomingHttpHeaders): GivenCredentials | null {
  const given = [
    ...(authorization === undefined ? [] : [ofAuthorization(authorization)]),
    ...(apiKey === undefined ? [] : [typeof apiKey === 'string' ? apiKey : null]),
  ]
  const [pair] = given
  if (typeof pair !== 'string' || given.some((other) => other !== pair)) return null
  const colon = pair.indexOf(':')
  return colon > 0 ? { name: pair.slice(0, colon), password: pair.slice(colon + 1) } : null
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
