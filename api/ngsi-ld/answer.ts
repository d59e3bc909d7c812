import type { FastifyReply, FastifyRequest } from 'fastify'
import { CONTEXT_PATH } from './vocabulary.ts'

export type MediaType = 'application/json' | 'application/ld+json' | 'application/geo+json'

const PLAIN: readonly MediaType[] = ['application/json', 'application/ld+json']

/** What of these the client takes most gladly (6.3.4); null: nothing. */
export function mediaType(
  { headers: { accept } }: FastifyRequest,
  offered: readonly MediaType[] = PLAIN,
): MediaType | null {
  const wanted = (accept ?? '*/*')
    .split(',')
    .slice(0, 50)
    .map((part) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map((one) => /^\s*q=([0-9.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined)
      return { range: range.trim(), weight: Number(q ?? 1) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  for (const { range } of wanted) {
    const found = offered.find((type) => range === '*/*' || range === 'application/*' || range === type)
    if (found) return found
  }
  return null
}

const contextUrl = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}${CONTEXT_PATH}`

/** Sends documents with the context in them (JSON-LD), or beside them in a Link header (6.3.5, 6.3.6). */
export function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  type: MediaType,
  body: object | readonly object[],
): FastifyReply {
  const context = contextUrl(request)
  reply.type(type).serializer(JSON.stringify)
  if (type === 'application/ld+json') {
    const withContext = (document: object) => ({ ...document, '@context': context })
    return reply.send(Array.isArray(body) ? body.map(withContext) : withContext(body))
  }
  addLink(reply, `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`)
  return reply.send(body)
}

/** Beside those that are there. */
export function addLink(reply: FastifyReply, link: string): void {
  const before = reply.getHeader('link')
  reply.header('link', before === undefined ? link : `${before}, ${link}`)
}
