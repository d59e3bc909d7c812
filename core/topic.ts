import { isId } from './id.ts'

/** What a topic of the platform's own is about, or null for any other topic. */
export type DeviceTopic =
  | { readonly kind: 'readings' | 'status'; readonly device: string }
  | { readonly kind: 'command' | 'command_reply'; readonly device: string; readonly command: string }

export function parseDeviceTopic(topic: string): DeviceTopic | null {
  const [root, device, leaf, command, reply, ...rest] = topic.split('/')
  if (root !== 'devices' || device === undefined || !isId(device) || rest.length > 0) return null
  if ((leaf === 'readings' || leaf === 'status') && command === undefined) return { kind: leaf, device }
  if (leaf !== 'commands' || command === undefined || !isId(command)) return null
  if (reply === undefined) return { kind: 'command', device, command }
  return reply === 'reply' ? { kind: 'command_reply', device, command } : null
}

export const commandTopic = (device: string, name: string): string => `devices/${device}/commands/${name}`

const DEVICES = 'devices/'
const READINGS = '/readings'

/** Whether a topic is `devices/<id>/readings`: asked for every message, so without taking the topic apart. */
export const isReadingsTopic = (topic: string): boolean =>
  topic.startsWith(DEVICES) &&
  topic.endsWith(READINGS) &&
  isId(topic.slice(DEVICES.length, topic.length - READINGS.length))

/** Whether a topic is `devices/<id>/commands/<name>/reply`: asked for many messages, most of which are of other topics. */
export const isCommandReply = (topic: string): boolean =>
  topic.startsWith(DEVICES) && parseDeviceTopic(topic)?.kind === 'command_reply'

/** A device may speak for itself only: its readings, its status, its answers to commands. */
export function mayPublish(device: string, topic: string): boolean {
  const parsed = parseDeviceTopic(topic)
  return parsed !== null && parsed.device === device && parsed.kind !== 'command'
}

/** A device may hear what is below its own folder, and nothing else. */
export const maySubscribe = (device: string, filter: string): boolean =>
  filter.startsWith(`devices/${device}/`)

/** Whether a filter that the device may use takes in its own readings (MQTT 3.1.1 §4.7.1). */
export function hearsReadings(device: string, filter: string): boolean {
  const [first, ...rest] = filter.slice(`devices/${device}/`.length).split('/')
  return (
    first === '#' ||
    ((first === '+' || first === 'readings') && (rest.length === 0 || rest.join('/') === '#'))
  )
}

/** First levels of topics that are the platform's own; `$` is the broker's. */
const OWN_ROOTS: ReadonlySet<string> = new Set(['devices', 'twins', 'alarms'])

/** Whether a topic or filter is of somebody's native format: none of the platform's own, and no wildcard for all of them. */
export function isNative(topic: string): boolean {
  const slash = topic.indexOf('/')
  // FIWARE's agents publish below a leading slash.
  const root = topic.startsWith('/') ? topic : slash < 0 ? topic : topic.slice(0, slash)
  return root !== '' && !root.startsWith('$') && !/^\/?[+#]/.test(root) && !OWN_ROOTS.has(root)
}

/** Whether a topic name is in a topic filter (MQTT 3.1.1 §4.7). */
export function isInFilter(topic: string, filter: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  // MQTT-4.7.2-1: no wildcard at the beginning takes in topics of the broker's own.
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}

/** Whether a text may be a topic filter (MQTT 3.1.1 §4.7.1). */
export const isTopicFilter = (filter: string): boolean =>
  filter.length > 0 &&
  filter.isWellFormed() &&
  !/\p{Cc}/u.test(filter) &&
  filter
    .split('/')
    .every(
      (level, i, levels) =>
        !/[+#]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1),
    )

const TWINS = 'twins/'

export const twinTopic = (entity: string): string => TWINS + entity

/** Which twins a topic filter asks for: one entity's, all, or none (null). */
export function twinFilter(filter: string): { readonly entity: string } | 'all' | null {
  if (filter === '#' || filter === 'twins/#' || filter === 'twins/+') return 'all'
  if (!filter.startsWith(TWINS)) return null
  const entity = filter.slice(TWINS.length)
  return isId(entity) ? { entity } : null
}

const ALARMS = 'alarms/'

export const alarmTopic = (id: string): string => ALARMS + id

/** Which alarms a topic filter asks for: one, all, or none (null). */
export function alarmFilter(filter: string): { readonly alarm: string } | 'all' | null {
  if (filter === 'alarms/#' || filter === 'alarms/+') return 'all'
  if (!filter.startsWith(ALARMS)) return null
  const alarm = filter.slice(ALARMS.length)
  return /^\d{1,15}$/.test(alarm) ? { alarm } : null
}

/** Whether a text may be a topic name: MQTT 3.1.1 §4.7 (no wildcards, no U+0000, well-formed), and no control characters. */
export const isTopicName = (topic: string): boolean =>
  topic.length > 0 && topic.isWellFormed() && !/[+#\p{Cc}]/u.test(topic)
