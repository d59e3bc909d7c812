import type { FastifyReply } from 'fastify'

/** ETSI GS CIM 009, table 6.3.2-1: what went wrong, and the HTTP status it goes with. */
const STATUS = {
  BadRequestData: 400,
  InvalidRequest: 400,
  ResourceNotFound: 404,
  AlreadyExists: 409,
  OperationNotSupported: 422,
  TooManyResults: 403,
  InternalError: 500,
} as const

const TITLES: Readonly<Record<FaultKind, string>> = {
  BadRequestData: 'The request is not valid',
  InvalidRequest: 'The request is not readable',
  ResourceNotFound: 'Not found',
  AlreadyExists: 'There is one with this id',
  OperationNotSupported: 'Not supported here',
  TooManyResults: 'Too much is asked for at once',
  InternalError: 'A fault of the platform',
}

type FaultKind = keyof typeof STATUS

export interface Fault {
  readonly kind: FaultKind
  readonly detail: string
}

export const bad = (detail: string): Fault => ({ kind: 'BadRequestData', detail })
export const unsupported = (detail: string): Fault => ({ kind: 'OperationNotSupported', detail })

/** Answers with the standard's problem details (5.5.3). */
export function refuse(reply: FastifyReply, { kind, detail }: Fault, status: number = STATUS[kind]) {
  // Clause 6.3.3: in application/json, not in application/problem+json.
  return reply
    .code(status)
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ type: `https://uri.etsi.org/ngsi-ld/errors/${kind}`, title: TITLES[kind], detail, status })
}
