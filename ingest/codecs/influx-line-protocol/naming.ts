import { channelName, joinedChannel } from '../../channel-name.ts'
import type { FieldRule, FieldRules } from '../../fields.ts'
import { sourceId } from '../../source-id.ts'
import type { Point } from './line.ts'

type Tags = Point['tags']

/** Tags that name the device which measured, the surest first. `host` is the machine that the collector runs on, so it is
 *  the last resort. Tags that say where (`room`, `location`) or whom a collector asked (`source`, `agent_host`) are not in it. */
export const DEVICE_TAGS: readonly string[] = [
  ...[
    'device_id',
    'deviceId',
    'deviceid',
    'device',
    'dev_eui',
    'devEUI',
    'devEui',
    'sensor_id',
    'sensorId',
    'sensor',
  ],
  ...['meter_id', 'meterId', 'meter', 'thing', 'station_id', 'station', 'entity_id', 'city', 'host'],
]

/** Whose values a line has: `<name>/<slave_id>` of Telegraf's Modbus plugin, else the first tag that names a device; absent:
 *  the sender's own. */
export function sourceOf(tags: Tags): string | undefined {
  const slave = tags.get('slave_id')
  if (slave !== undefined) return [tags.get('name'), slave].filter((part) => part !== undefined).join('/')
  const tag = DEVICE_TAGS.find((name) => tags.has(name))
  return tag === undefined ? undefined : sourceId(tags.get(tag) ?? '')
}

/** Tags that say what a field called `value` is, where one measurement has many quantities. */
export const NAME_TAGS: readonly string[] = ['datapoint', 'metric', 'quantity', 'parameter']

export const CHANNEL_TAGS: readonly string[] = ['phase', 'channel', 'tariff', 'lane', 'port']

interface FieldName {
  /** The names to look for, the fullest first. */
  readonly names: readonly string[]
  readonly channel: string
}

/** What a field is called: `<measurement>/<field>`, or `<field>`. A field `value` has its name from a tag such as `datapoint`, else
 *  from the measurement; of several, `value_0`, `value_1`, the number is the channel. */
export function fieldName(point: Point, field: string): FieldName {
  const { measurement, tags } = point
  const generic = /^value(?:_(\w{1,16}))?$/.exec(field)
  const tag = NAME_TAGS.find((name) => tags.has(name))
  const named = generic && tag !== undefined ? tags.get(tag) : undefined
  const last = named ?? field
  const channel = joinedChannel(
    ...CHANNEL_TAGS.map((name) => channelOf(name, tags)),
    named === undefined ? '' : generic?.[1],
  )
  const ofMeasurement = field === 'value' && named === undefined ? [measurement] : []
  return { names: [`${measurement}/${last}`, last, ...ofMeasurement], channel }
}

const channelOf = (name: string, tags: Tags): string | undefined => {
  const value = tags.get(name)
  return name === 'phase' && value !== undefined && /^[123]$/.test(value)
    ? `L${value}`
    : value && channelName(value)
}

/** The rule of the first name that has one; of a name that ends in a phase (`voltage_L1`), else that of the name without it. */
export function ruleOf(rules: FieldRules, { names, channel }: FieldName): FieldRule | null | undefined {
  for (const name of names) {
    const rule = rules(name)
    if (rule === null) return null
    if (rule !== undefined) return onChannel(rule, channel)
  }
  for (const name of names) {
    const [, stem, phase] = PHASE.exec(name) ?? []
    const rule = stem === undefined ? undefined : rules(stem)
    if (rule) return onChannel(rule, joinedChannel(`L${phase}`, channel))
  }
  return undefined
}

const PHASE = /^(.*(?:[a-z](?=L)|[A-Za-z0-9](?=[_ .-])))[_ .-]?[PpLl]([123])$/

const onChannel = (rule: FieldRule, channel: string): FieldRule =>
  channel === '' ? rule : { ...rule, channel: joinedChannel(rule.channel, channel) }

/** The tag `unit`, unless it says that there is none. */
export function unitOf(tags: Tags): string | undefined {
  const unit = tags.get('unit')
  return unit === undefined || unit.toLowerCase() === 'none' ? undefined : unit
}
