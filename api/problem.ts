import type { FastifyReply } from 'fastify'
import { z } from 'zod'

/** RFC 9457 problem details, with a code that programs can rely on. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
})

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not with this method',
  406: 'Not in a form that is asked for',
  409: 'In conflict with what is there',
  410: 'Gone',
  413: 'Too large',
  415: 'Unknown content type',
  422: 'Refused in part or whole',
  429: 'Too many requests',
  500: 'A fault of the platform',
  501: 'Not implemented',
  503: 'Not able to right now',
}

/** Answers with a problem; `more` adds members of its own. */
export function problem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail?: string,
  more: object = {},
): FastifyReply {
  const body = { ...problemBody(status, code, detail), ...more }
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(body)
}

export const problemBody = (status: number, code: string, detail?: string) => ({
  type: `urn:plumbline:problem:${code}`,
  title: TITLES[status] ?? 'Error',
  status,
  code,
  ...(detail === undefined ? {} : { detail }),
})
