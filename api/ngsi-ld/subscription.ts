import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import { formatTime, type Micros, parseRfc3339 } from '../../core/time.ts'
import type { StoredSubscription } from '../../store/ngsi-subscriptions.ts'
import { type EntityQuery, readEntityQuery } from './entity-query.ts'
import { bad, type Fault, unsupported } from './faults.ts'
import type { Form } from './representation.ts'

const Names = z.array(z.string().max(256)).min(1).max(100)
const Time = z.string().refine((text) => parseRfc3339(text) !== null, 'takes an instant with its zone')

export const SubscriptionBody = z.looseObject({
  id: z
    .string()
    .max(256)
    .regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'takes a URI')
    .optional(),
  type: z.literal('Subscription'),
  subscriptionName: z.string().max(200).optional(),
  description: z.string().max(2000).optional(),
  entities: z
    .array(
      z.strictObject({
        type: z.string().max(256),
        id: z.string().max(256).optional(),
        idPattern: z.string().max(200).optional(),
      }),
    )
    .min(1)
    .max(100)
    .optional(),
  watchedAttributes: Names.optional(),
  q: z.string().max(2000).optional(),
  geoQ: z
    .strictObject({
      georel: z.string(),
      geometry: z.string(),
      coordinates: z.unknown(),
      geoproperty: z.string().optional(),
    })
    .optional(),
  isActive: z.boolean().optional(),
  expiresAt: Time.optional(),
  throttling: z.number().positive().max(86_400).optional().describe('seconds'),
  notification: z.strictObject({
    attributes: Names.optional(),
    format: z.enum(['normalized', 'concise', 'keyValues', 'simplified']).optional(),
    endpoint: z.strictObject({
      uri: z.url({ protocol: /^https?$/, error: 'takes an http or https URL' }).max(2000),
      accept: z.enum(['application/json', 'application/ld+json']).optional(),
    }),
  }),
})
export type SubscriptionDocument = z.infer<typeof SubscriptionBody>

const KNOWN = new Set([...Object.keys(SubscriptionBody.shape), '@context'])

/** What it is about, ready to be asked of every change. */
export interface Watch {
  readonly queries: readonly EntityQuery[]
  readonly watched: ReadonlySet<string> | null
  readonly projection: EntityQuery['projection']
  readonly form: Form
  readonly uri: string
  readonly isLinked: boolean
  readonly throttlingMs: number
  readonly expiresAt: Micros | null
  readonly isActive: boolean
}

export function readSubscription(document: SubscriptionDocument): Result<Watch, Fault> {
  const { entities, watchedAttributes, q, geoQ, notification, throttling = 0, expiresAt } = document
  const other = Object.keys(document).find((name) => !KNOWN.has(name))
  if (other !== undefined) return err(unsupported(`${other} is not supported in a subscription`))
  if (!entities && !watchedAttributes) return err(bad('takes entities or watchedAttributes, or both'))
  const { username, password } = new URL(notification.endpoint.uri)
  if (username !== '' || password !== '') return err(bad('endpoint.uri: takes no user name and password'))
  const queries: EntityQuery[] = []
  for (const selector of entities ?? [{}]) {
    const query = readEntityQuery({ ...selector, q, ...geoQ, pick: notification.attributes?.join(',') })
    if (!query.ok) return query
    queries.push(query.value)
  }
  const { format = 'normalized' } = notification
  return ok({
    queries,
    watched: watchedAttributes ? new Set(watchedAttributes) : null,
    projection: queries[0]?.projection ?? { pick: null, omit: new Set() },
    form: format === 'simplified' ? 'keyValues' : format,
    uri: notification.endpoint.uri,
    isLinked: notification.endpoint.accept === 'application/ld+json',
    throttlingMs: throttling * 1000,
    expiresAt: expiresAt === undefined ? null : parseRfc3339(expiresAt),
    isActive: document.isActive ?? true,
  })
}

/** As it is shown (5.2.12, 5.2.14): what was asked for, and how it goes. */
export function subscriptionDocument(stored: StoredSubscription, now: Micros): Record<string, unknown> {
  const document = stored.document as SubscriptionDocument
  const { expiresAt, isActive = true, notification } = document
  const isExpired = expiresAt !== undefined && (parseRfc3339(expiresAt) ?? 0) <= now
  const times = {
    lastNotification: stored.lastNotification,
    lastSuccess: stored.lastSuccess,
    lastFailure: stored.lastFailure,
  }
  return {
    ...document,
    id: stored.id,
    isActive,
    status: isExpired ? 'expired' : isActive ? 'active' : 'paused',
    notification: {
      ...notification,
      status: (stored.lastFailure ?? 0) > (stored.lastSuccess ?? 0) ? 'failed' : 'ok',
      timesSent: stored.timesSent,
      timesFailed: stored.timesFailed,
      ...Object.fromEntries(
        Object.entries(times).flatMap(([name, time]) => (time === null ? [] : [[name, formatTime(time)]])),
      ),
    },
    createdAt: formatTime(stored.createdAt),
    modifiedAt: formatTime(stored.modifiedAt),
  }
}
