import { isId } from '../core/id.ts'
import type { Message, Observation, Quality, Reading } from '../core/message.ts'
import { QUANTITIES, type Quantity } from '../core/quantity.ts'
import type { RejectionCode, RejectionItem } from '../core/rejection-codes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { AHEAD_MAX_US, formatTime, type Micros } from '../core/time.ts'
import { convert } from '../core/units.ts'
import { nearest } from './nearest.ts'
import { ucumOf } from './unit-names.ts'

const LABEL_CHARS_MAX = 200
/** The database's averages sum squares, which overflow from 1e150 on and would fail for every series of a rollup. */
const VALUE_MAX = 1e100
const CHANNEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/

export interface CheckContext {
  /** Whose reading it is. */
  readonly device: string
  readonly entity: string
  /** Who sent the message. */
  readonly sender: string
  /** The time of readings that have none of their own. */
  readonly defaultTime: Micros
  readonly retentionUs: number
}

/** Places a reading in a series, in the quantity's own unit, or says why not. The only place where units convert. */
export function check(
  reading: Reading,
  message: Pick<Message, 'receivedAt'>,
  context: CheckContext,
): Result<Observation, RejectionItem> {
  const refuse = (code: RejectionCode, detail: string) => err({ path: reading.path, code, detail })
  const quantity = QUANTITIES.get(reading.quantity)
  if (!quantity || (reading.channel !== '' && !CHANNEL.test(reading.channel)))
    return refuse(
      'unknown_quantity',
      isId(reading.quantity)
        ? quantity
          ? `${reading.quantity} with the channel "${shown(reading.channel)}": takes 1 to 32 letters, digits, ".", "_" or "-"`
          : `no quantity "${reading.quantity}"${didYouMean(reading.quantity, QUANTITY_IDS)}; GET /api/v1/quantities lists them`
        : 'no such name',
    )
  const time = reading.time ?? context.defaultTime
  if (time > message.receivedAt + AHEAD_MAX_US)
    return refuse('time_in_future', `${formatTimeSafely(time)}${aheadMeant(time, message.receivedAt)}`)
  if (time < message.receivedAt - context.retentionUs)
    return refuse(
      'time_too_old',
      `${formatTimeSafely(time)}${agoMeant(time, context.retentionUs, message.receivedAt)}`,
    )
  const found = valued(reading, quantity)
  if (!found.ok) return refuse(found.error.code, found.error.detail)
  const { value, label, quality } = found.value
  const observation: Observation = {
    path: reading.path,
    device: context.device,
    entity: context.entity,
    quantity: quantity.id,
    channel: reading.channel,
    time,
    value,
    label,
    quality: quality === 'good' ? (reading.quality ?? 'good') : quality,
    receivedAt: message.receivedAt,
  }
  return ok(context.device === context.sender ? observation : { ...observation, gateway: context.sender })
}

type Valued = Pick<Observation, 'value' | 'label' | 'quality'>

function valued(
  { value, unit }: Reading,
  quantity: Quantity,
): Result<Valued, { code: RejectionCode; detail: string }> {
  const fault = (code: RejectionCode, detail: string) => err({ code, detail })
  if (typeof value === 'string') {
    if (quantity.kind !== 'state') return fault('wrong_type', `${quantity.id} takes numbers`)
    if (value.length > LABEL_CHARS_MAX) return fault('label_too_long', `${value.length} characters`)
    if (!value.isWellFormed() || value.includes('\0'))
      return fault('wrong_type', 'text with U+0000 or half a surrogate pair')
    return ok({ value: null, label: value, quality: 'good' })
  }
  const conversion = quantity.accepts.get(unit ?? quantity.unit)
  if (!conversion)
    return fault(
      'unit_not_convertible',
      `unit "${shown(unit ?? '')}" is not known for ${quantity.id}${unitMeant(unit ?? '', quantity)}; it takes ${[...quantity.accepts.keys()].join(', ')}`,
    )
  const own = convert(Number(value), conversion)
  if (!Number.isFinite(own)) return fault('not_finite', 'outside the range of a double')
  if (Math.abs(own) > VALUE_MAX) return fault('out_of_range', `${own} ${quantity.unit}`)
  // PostgreSQL keeps -0, and -0 = 0: one form only, so that a resent value compares equal.
  return ok({ value: own + 0, label: null, quality: qualityOf(own, quantity) })
}

const qualityOf = (value: number, { plausible }: Quantity): Quality =>
  value < plausible.min || value > plausible.max ? 'implausible' : 'good'

const QUANTITY_IDS: readonly string[] = [...QUANTITIES.keys()]

/** By its usual name first: kWh is kW.h. */
function unitMeant(unit: string, { accepts }: Quantity): string {
  const usual = ucumOf(unit)
  return accepts.has(usual) ? ` (did you mean "${usual}"?)` : didYouMean(unit, [...accepts.keys()])
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = name.length <= 64 ? nearest(name, known) : null
  return near === null ? '' : ` (did you mean "${near}"?)`
}

const HOUR_US = 3_600_000_000
/** Ahead by no more than a zone is: a local time that was sent as UTC. */
const aheadMeant = (time: Micros, now: Micros): string =>
  time - now <= 14 * HOUR_US ? ': is it a local time sent as UTC?' : ''

/** Epoch seconds read as milliseconds are a day of January 1970. */
const agoMeant = (time: Micros, retentionUs: number, now: Micros): string =>
  time > 0 && time * 1000 <= now + AHEAD_MAX_US && time * 1000 >= now - retentionUs
    ? ': is it epoch seconds? It takes milliseconds'
    : ''

/** Letters and signs as units have them (°C, m³/h, µS), and nothing that writes over its neighbours. */
const shown = (text: string): string =>
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0370-\u03ff]{0,64}$/.test(text)
    ? text
    : 'a name with unusual characters'

const formatTimeSafely = (time: Micros): string =>
  Math.abs(time) <= 8.64e18 ? formatTime(time) : 'outside the calendar'
