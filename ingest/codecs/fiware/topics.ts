import { sourceId } from '../../source-id.ts'

/** Where a message of an IoT Agent's device goes. */
export interface AgentTopic {
  readonly device: string
  /** The levels after the device, e.g. `attrs`, or `attrs` and a measure's name. */
  readonly kind: string
  readonly measure?: string
}

const KINDS: ReadonlySet<string> = new Set(['attrs', 'cmd', 'cmdexe', 'configuration'])

/** Topics are `/<protocol>/<apikey>/<device>/attrs[/<measure>]`, `…/cmd`, `…/cmdexe` and `…/configuration/…`; devices may leave the
 *  first slash out, and older ones the protocol. Undefined where it is none of these. */
export function agentTopicOf(
  topic: string,
): (AgentTopic & { readonly protocol: string | undefined }) | undefined {
  const levels = (topic.startsWith('/') ? topic.slice(1) : topic).split('/')
  const hasProtocol = !KINDS.has(levels[2] ?? '') && KINDS.has(levels[3] ?? '')
  const [protocol, ...rest] = hasProtocol ? levels : [undefined, ...levels]
  const [apiKey, device, kind, measure, ...more] = rest
  if (!apiKey || !device || kind === undefined || !KINDS.has(kind) || more.length > 0) return undefined
  return { protocol, device: sourceId(device), kind, ...(measure ? { measure } : {}) }
}
