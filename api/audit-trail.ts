import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Audit } from '../store/audit-writer.ts'
import { problemBody } from './problem.ts'
import { shownBody, summaryOf } from './redact.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How a POST, PUT, PATCH or DELETE is recorded. false: it changes nothing, or records itself. A name: the action, instead
     *  of method and pattern. Absent: recorded when it succeeded. */
    audit?: false | string
  }
}

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const ANSWER_CHARS_MAX = 65_536
const TARGETS_MAX = 20
const TARGET_CHARS_MAX = 200
const NOT_AUDITED =
  'the change was made, but its record is not in the audit log yet: the database did not take it. Look at the state before you ask again'

/**
 * Records every change below the instance. After the change, for before it nobody knows whether it will be made, and before the
 * answer, so that who hears of success knows that it is recorded. A change whose record is not committed is answered with 503
 * `not_audited`; the record is tried again meanwhile. An answer of 500 and more may have left half a change: it is recorded with
 * its status, and not waited for.
 */
export function recordChanges(app: FastifyInstance, audit: Audit): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { config } = request.routeOptions
    if (!CHANGING.has(request.method) || config.audit === false) return payload
    const { statusCode } = reply
    // Refused: nothing was changed.
    if (statusCode >= 400 && (statusCode < 500 || request.principal === null)) return payload
    const isWritten = audit.record(entryOf(request, reply, payload))
    if (statusCode >= 500 || (await isWritten)) return payload
    reply.code(503).type('application/problem+json').header('retry-after', '5')
    reply.removeHeader('content-length')
    return JSON.stringify(problemBody(503, 'not_audited', NOT_AUDITED))
  })
}

function entryOf(request: FastifyRequest, { statusCode }: FastifyReply, payload: unknown) {
  const { principal, routeOptions, query, body } = request
  const hasQuery = Object.keys(query as object).length > 0
  return {
    actor: principal?.actor ?? 'anonymous',
    actorName: principal?.name ?? '',
    role: principal?.role ?? null,
    action: routeOptions.config.audit || `${request.method} ${routeOptions.url ?? ''}`,
    targets: targetsOf(request, payload),
    address: request.ip,
    summary: summaryOf({
      status: statusCode,
      ...(hasQuery ? { query } : {}),
      ...(body === undefined || body === null ? {} : { body: shownBody(body) }),
    }),
  }
}

/** What the path names; for what is new, the id that the answer gives it, or the code of an area. */
function targetsOf({ params, body }: FastifyRequest, payload: unknown): string[] {
  // A schema may have made a number of it.
  const named = Object.values(params as Record<string, unknown>).map(String)
  const found = named.length > 0 ? named : [idIn(parsed(payload)) ?? idIn(body)]
  return found
    .filter((target) => target !== undefined)
    .slice(0, TARGETS_MAX)
    .map((target) => target.slice(0, TARGET_CHARS_MAX))
}

function idIn(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  const { id, code, area } = document as Record<string, unknown>
  const found = [id, code, area].find((value) => typeof value === 'string' || typeof value === 'number')
  return found === undefined ? undefined : String(found)
}

function parsed(payload: unknown): unknown {
  if (typeof payload !== 'string' || payload.length > ANSWER_CHARS_MAX) return undefined
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}
