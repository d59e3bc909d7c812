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

const DEVICES = 'devices/'
const READINGS = '/readings'

/** Whether a topic is `devices/<id>/readings`: asked for every message, so without taking the topic apart. */
export const isReadingsTopic = (topic: string): boolean =>
  topic.startsWith(DEVICES) &&
  topic.endsWith(READINGS) &&
  isId(topic.slice(DEVICES.length, topic.length - READINGS.length))

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
