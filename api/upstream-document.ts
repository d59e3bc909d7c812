import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { z } from 'zod'
import { formatTime } from '../core/time.ts'
import { isNative, isTopicFilter } from '../core/topic.ts'
import type { Upstream, UpstreamState, UpstreamTopic } from '../core/upstream.ts'
import { Id } from './schemas.ts'

const PROTOCOLS: ReadonlySet<string> = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:'])
const TOPICS_MAX = 50
const PEM_CHARS_MAX = 65_536
const QOS_REFUSED = 128

const Url = z
  .string()
  .max(1024)
  .refine((text) => {
    if (!URL.canParse(text)) return false
    const { protocol, hostname, username, password, hash } = new URL(text)
    return PROTOCOLS.has(protocol) && hostname !== '' && username === '' && password === '' && hash === ''
  }, 'takes mqtt://, mqtts://, ws:// or wss://host:port, without user name and password (they have their own fields)')

const Topic = z.object({
  filter: z
    .string()
    .max(1024)
    .refine(isTopicFilter, 'takes an MQTT topic filter: + for one level, # for all below, at the end')
    .refine(isNative, 'takes topics outside of the platform’s own, the first level by name'),
  qos: z.literal([0, 1, 2]).default(1),
})

const Pem = z.string().max(PEM_CHARS_MAX).nullable()

export const UpstreamLogin = z.object({
  username: z.string().max(512).nullable().optional(),
  password: z.string().max(4096).nullable().optional().describe('stored encrypted, and never shown again'),
  ca: Pem.optional().describe('PEM: trusted instead of the usual authorities'),
  cert: Pem.optional().describe('PEM: shown to the broker, with its key'),
  key: Pem.optional().describe('PEM: stored encrypted, and never shown again'),
})

export const NewUpstream = UpstreamLogin.extend({
  id: Id,
  url: Url,
  clientId: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      'ours alone at that broker; absent: one is made. Messages that wait there wait under this name',
    ),
  device: Id.describe('the gateway in whose name its messages enter'),
  topics: z
    .array(Topic)
    .min(1)
    .max(TOPICS_MAX)
    .refine(
      (topics) => new Set(topics.map(({ filter }) => filter)).size === topics.length,
      'names a filter twice',
    ),
  retained: z
    .enum(['ignore', 'take'])
    .default('ignore')
    .describe(
      'what the broker had kept from before: take stores those of its values that have a time of their own',
    ),
})

export const ShownUpstream = z.object({
  id: z.string(),
  url: z.string(),
  username: z.string().nullable(),
  hasPassword: z.boolean(),
  clientId: z.string(),
  device: z.string(),
  topics: z.array(
    z.object({
      filter: z.string(),
      qos: z.number(),
      granted: z
        .union([z.number(), z.literal('refused')])
        .nullable()
        .describe('null: not known yet'),
      warning: z.string().optional(),
    }),
  ),
  retained: z.string(),
  ca: z.string().nullable(),
  cert: z.string().nullable(),
  warning: z.string().optional(),
  state: z.enum(['connecting', 'connected', 'failing']),
  reason: z.object({ code: z.string(), detail: z.string() }).nullable(),
  since: z.string(),
  messages: z.number().describe('taken in since the start of the platform'),
  lastMessageAt: z.string().nullable(),
  retainedIgnored: z.number(),
  createdAt: z.string(),
})

/** What is wrong with the PEM texts, or null. */
export function pemFault({ ca, cert, key }: Pick<Upstream, 'ca' | 'cert' | 'key'>): string | null {
  if ((cert === null) !== (key === null)) return 'cert and key belong together'
  try {
    // A text that is no PEM at all would be passed over without a word.
    for (const text of [ca, cert]) if (text !== null) new X509Certificate(text)
    createSecureContext({
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    })
    return null
  } catch (error) {
    return `ca, cert and key must be PEM and go together: ${(error as Error).message}`
  }
}

export function shownUpstream(upstream: Upstream, live: UpstreamState): z.infer<typeof ShownUpstream> {
  const { id, url, username, password, isUnreadable, clientId, device, topics, retained, ca, cert } = upstream
  const isInClear = password !== null && !/^(?:mqtts|wss):/.test(url)
  return {
    id,
    url,
    username,
    hasPassword: password !== null || isUnreadable,
    clientId,
    device,
    topics: topics.map((topic) => shownTopic(topic, live.granted.get(topic.filter))),
    retained,
    ca,
    cert,
    ...(isInClear ? { warning: 'without TLS the password and all messages cross the network readable' } : {}),
    state: live.state,
    reason: live.fault,
    since: formatTime(live.since),
    messages: live.messages,
    lastMessageAt: live.lastMessageAt === null ? null : formatTime(live.lastMessageAt),
    retainedIgnored: live.retainedIgnored,
    createdAt: formatTime(upstream.createdAt),
  }
}

const LOSS =
  'what is sent while the connection is down, or has not been committed when this platform stops, is lost for good'

function shownTopic({ filter, qos }: UpstreamTopic, code: number | undefined) {
  const granted = code === undefined ? null : code >= QOS_REFUSED ? ('refused' as const) : code
  const warning =
    qos === 0 ? `QoS 0: ${LOSS}` : granted === 0 ? `the broker grants QoS 0 only: ${LOSS}` : undefined
  return { filter, qos, granted, ...(warning === undefined ? {} : { warning }) }
}
