import { channelName } from '../../channel-name.ts'
import type { FieldRule } from '../../fields.ts'

/** The unit at the end of a key, as UCUM. */
const UNITS: Readonly<Record<string, string>> = {
  m3: 'm3',
  l: 'L',
  m3h: 'm3/h',
  lh: 'L/h',
  c: 'Cel',
  kwh: 'kW.h',
  wh: 'W.h',
  mwh: 'MW.h',
  mj: 'MJ',
  gj: 'GJ',
  kw: 'kW',
  w: 'W',
  kvarh: 'kvar.h',
  kvar: 'kvar',
  kvah: 'kV.A.h',
  kva: 'kV.A',
  v: 'V',
  a: 'A',
  hz: 'Hz',
  bar: 'bar',
  pa: 'Pa',
  rh: '%',
  pct: '%',
  dbm: 'dB[mW]',
  h: 'h',
  s: 's',
  min: 'min',
  hca: '1',
  counter: '1',
  factor: '1',
}

const VOLUME: ReadonlySet<string> = new Set(['m3', 'L'])
const FLOW: ReadonlySet<string> = new Set(['m3/h', 'L/h'])
const ENERGY: ReadonlySet<string> = new Set(['kW.h', 'W.h', 'MW.h', 'MJ', 'GJ'])
const POWER: ReadonlySet<string> = new Set(['kW', 'W'])

/** Words of a figure that is not the one of now. */
const NOT_NOW =
  /^(?:target|prev|previous|last|max|maximum|min|minimum|average|avg|history|historical|due|past|billing)(?:_|$)|_at_(?!phase|l[123])|_(?:last_month|last_year|previous)(?:_|\d|$)|_month_\d|_months?_ago|_period$|_set_date|history|_yesterday|_last_|_average_|_(?:max|min|avg)$|^average/

/** The rule of a key: null, left out on purpose; undefined, nothing is known of it. */
export function meterRule(key: string, media: string): FieldRule | null | undefined {
  if (key === 'status' || key.endsWith('_status')) return state(key)
  const cut = key.lastIndexOf('_')
  const base = key.slice(0, Math.max(cut, 0))
  const suffix = key.slice(cut + 1)
  const unit = cut > 0 && Object.hasOwn(UNITS, suffix) ? UNITS[suffix] : undefined
  if (unit === undefined || key.length > 100) return undefined
  if (NOT_NOW.test(base)) return null
  const found = quantityOf(base, unit, suffix, media)
  return found && { unit, ...found, channel: channelName(found.channel ?? '') }
}

const state = (key: string): FieldRule => ({
  quantity: 'operating-state',
  channel: key === 'status' ? '' : channelName(key.slice(0, -'_status'.length)),
})

function quantityOf(base: string, unit: string, suffix: string, media: string): FieldRule | undefined {
  if (suffix === 'hca')
    return /^(?:current|consumption|current_consumption|total)$/.test(base)
      ? { quantity: 'heat-cost-units' }
      : undefined
  if (suffix === 'counter') return { quantity: 'event-count', channel: base }
  if (suffix === 'dbm') return { quantity: 'signal-strength' }
  if (suffix === 'c') return temperature(base, media)
  if (suffix === 'rh') return { quantity: 'relative-humidity', channel: plainBase(base, 'relative_humidity') }
  if (VOLUME.has(unit)) return volume(base, media)
  if (FLOW.has(unit)) return flow(base, media)
  if (ENERGY.has(unit)) return energy(base, media)
  if (POWER.has(unit)) return power(base, media)
  if (suffix === 'h' || suffix === 's')
    return /^(?:operating_time|on_time|operation_time)$/.test(base)
      ? { quantity: 'operating-time' }
      : undefined
  return electric(base, suffix)
}

/** The phase or tariff at the end of a base: `voltage_at_phase_1`, `…_tariff_2`, `…_l3`; `_l1_l2` is between two phases, and
 *  `_l1_n` that of one. */
function partOf(base: string): string {
  const [, from, to] = /_l([123])_(?:l([123])|n)$/.exec(base) ?? []
  if (from !== undefined) return to === undefined ? `L${from}` : `L${from}-L${to}`
  const phase = /_phase_?([123])$|_l([123])$/.exec(base)
  if (phase) return `L${phase[1] ?? phase[2]}`
  const tariff = /_tariff_?(\d)$/.exec(base)
  return tariff ? `T${tariff[1]}` : ''
}

/** `current_x` and `x` are the plain thing; what else stands before it is the channel. */
function plainBase(base: string, name: string): string {
  const rest = base === name || base === `current_${name}` ? '' : base
  return rest.endsWith(`_${name}`) ? rest.slice(0, -name.length - 1) : rest
}

/** The sides of a heat meter, by what its drivers call them. */
const SIDES: Readonly<Record<string, string>> = {
  flow: 'flow',
  forward: 'flow',
  supply: 'flow',
  t1: 'flow',
  return: 'return',
  t2: 'return',
}

function temperature(base: string, media: string): FieldRule | undefined {
  const side = base.replace(/_temperature$/, '')
  const isSide = Object.hasOwn(SIDES, side)
  if (isSide && (isHeat(media) || base === 'flow_temperature' || base === 'return_temperature'))
    return { quantity: 'water-temperature', channel: SIDES[side] ?? side }
  // `temp_room`, `temp_radiator` of heat cost allocators.
  if (base.startsWith('temp_')) return { quantity: 'temperature', channel: base.slice('temp_'.length) }
  if (base === 'water_temperature') return { quantity: 'water-temperature' }
  if (!base.endsWith('temperature')) return undefined
  return { quantity: 'temperature', channel: plainBase(base, 'temperature') }
}

const isGas = (media: string): boolean => media.includes('gas')
const isWater = (media: string): boolean => media.includes('water')
/** Also the devices that meter heating and cooling by turns. */
const isHeat = (media: string): boolean => media.includes('heat') || media.includes('cool')

const BACKWARD = /backward|back_flow|backflow|reverse|returned/

function volume(base: string, media: string): FieldRule | undefined {
  const quantity = isGas(media) ? 'gas-volume' : isWater(media) || isHeat(media) ? 'water-volume' : undefined
  if (quantity === undefined) return undefined
  if (
    /^(?:total|total_volume|volume|total_water|total_water_consumption|total_consumption|total_heating)$/.test(
      base,
    )
  )
    return { quantity }
  if (base === 'total_cooling') return { quantity, channel: 'cooling' }
  if (base === 'total_forward') return { quantity, channel: 'forward' }
  if (BACKWARD.test(base)) return { quantity, channel: 'backward' }
  const part = partOf(base)
  return part !== '' && base.startsWith('total') ? { quantity, channel: part } : undefined
}

function flow(base: string, media: string): FieldRule | undefined {
  const quantity = isGas(media) ? 'gas-flow' : isWater(media) || isHeat(media) ? 'water-flow' : undefined
  return quantity !== undefined &&
    /^(?:flow|volume_flow|current_flow|total_flow|flow_rate|flow_water)$/.test(base)
    ? { quantity }
    : undefined
}

/** The whole name: `energy_…` of a reporting date, or of one direction, is another figure. */
const HEAT_ENERGY =
  /^(?:(?:total_)?(?:heat|heating|energy|heat_energy|heating_energy|energy_consumption)|total)$/

function energy(base: string, media: string): FieldRule | undefined {
  const part = partOf(base)
  if (isHeat(media)) {
    if (base.includes('cooling')) return { quantity: 'thermal-energy', channel: 'cooling' }
    const whole = base.replace(/_tariff_?\d$/, '')
    return HEAT_ENERGY.test(whole) ? { quantity: 'thermal-energy', channel: part } : undefined
  }
  if (media !== 'electricity' || !base.startsWith('total')) return undefined
  const isExported = /production|export|returned|backward/.test(base)
  return { quantity: isExported ? 'active-energy-exported' : 'active-energy', channel: part }
}

function power(base: string, media: string): FieldRule | undefined {
  if (!base.includes('power')) return undefined
  if (isHeat(media))
    return /^(?:current_)?power(?:_consumption)?$/.test(base) ? { quantity: 'thermal-power' } : undefined
  if (media !== 'electricity') return undefined
  const isExported = /production|export/.test(base)
  return { quantity: isExported ? 'active-power-exported' : 'active-power', channel: partOf(base) }
}

function electric(base: string, suffix: string): FieldRule | undefined {
  const channel = partOf(base)
  if (suffix === 'v')
    return base.includes('battery')
      ? { quantity: 'battery-voltage' }
      : base.startsWith('voltage')
        ? { quantity: 'voltage', channel }
        : undefined
  if (suffix === 'a')
    return base.startsWith('current') || base.startsWith('amperage')
      ? { quantity: 'current', channel }
      : undefined
  if (suffix === 'hz') return { quantity: 'frequency', channel }
  if (suffix === 'kvarh')
    return {
      quantity: /production|export/.test(base) ? 'reactive-energy-exported' : 'reactive-energy',
      channel,
    }
  if (suffix === 'kvar') return { quantity: 'reactive-power', channel }
  if (suffix === 'kvah') return { quantity: 'apparent-energy', channel }
  if (suffix === 'kva') return { quantity: 'apparent-power', channel }
  if (suffix === 'factor')
    return base.startsWith('power') ? { quantity: 'power-factor', channel, unit: '1' } : undefined
  if (suffix === 'bar' || suffix === 'pa') return base === 'pressure' ? { quantity: 'pressure' } : undefined
  if (suffix === 'pct') return base.includes('battery') ? { quantity: 'battery-level' } : undefined
  return undefined
}
