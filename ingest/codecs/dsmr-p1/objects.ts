import type { FieldRule } from '../../fields.ts'

/** The electricity meter's own objects by their C.D.E groups (IEC 62056-61; DSMR 5.0.2 §6.12, eMUCs-P1 1.7 §6, and the lists
 *  of Luxembourg, Sweden, Hungary and Lithuania, which send totals 1.8.0 and reactive values). Undefined: not one of them.
 *  Demand (1.4.0, 1.6.0), limits (17.0.0, 31.4.0) and what was in months past (98.1.0) are no readings of now. */
export function electricityRule(c: string, d: string, e: string): FieldRule | undefined {
  if (d === '8') return energyRule(c, e)
  if (e !== '0') return undefined
  if (d === '7') return momentRule(c)
  // Of the voltages (32, 52, 72).
  if (!/^[357]2$/.test(c)) return undefined
  if (d === '32') return count(`sags-${phaseOf(c)}`)
  return d === '36' ? count(`swells-${phaseOf(c)}`) : undefined
}

const count = (channel: string): FieldRule => ({ quantity: 'event-count', unit: '1', channel })

/** Objects that the whole device has (`0-0:`). */
export const DEVICE_RULES: Readonly<Record<string, FieldRule>> = {
  '96.7.21': count('power-failures'),
  '96.7.9': count('long-power-failures'),
}

function energyRule(c: string, e: string): FieldRule | undefined {
  if (!/^[0-4]$/.test(e)) return undefined
  const tariff = e === '0' ? '' : `T${e}`
  const phase = phaseOf(c)
  const [quantity, kind] = ENERGY[phase ? String(Number(c) % 20) : c] ?? []
  if (quantity === undefined) return undefined
  const channel = [phase, kind, tariff].filter((part) => part).join('-')
  return { quantity, channel }
}

const ENERGY: Readonly<Record<string, readonly [quantity: string, kind?: string]>> = {
  '1': ['active-energy'],
  '2': ['active-energy-exported'],
  '3': ['reactive-energy'],
  '4': ['reactive-energy-exported'],
  '5': ['reactive-energy', 'Q1'],
  '6': ['reactive-energy', 'Q2'],
  '7': ['reactive-energy', 'Q3'],
  '8': ['reactive-energy', 'Q4'],
  '9': ['apparent-energy'],
  '10': ['apparent-energy', 'exported'],
}

const MOMENT: Readonly<Record<string, readonly [quantity: string, kind?: string]>> = {
  '1': ['active-power'],
  '2': ['active-power-exported'],
  '3': ['reactive-power'],
  '4': ['reactive-power', 'exported'],
  '5': ['reactive-power', 'Q1'],
  '6': ['reactive-power', 'Q2'],
  '7': ['reactive-power', 'Q3'],
  '8': ['reactive-power', 'Q4'],
  '9': ['apparent-power'],
  '10': ['apparent-power', 'exported'],
  '11': ['current'],
  '12': ['voltage'],
  '13': ['power-factor'],
  '14': ['frequency'],
  '16': ['active-power', 'net'],
}

/** C counts by twenties: 21 to 39 are the kinds 1 to 19 of L1, 41 to 59 of L2, 61 to 79 of L3. */
function phaseOf(c: string): string | undefined {
  const number = Number(c)
  return number > 20 && number < 80 && number % 20 !== 0 ? `L${Math.floor(number / 20)}` : undefined
}

function momentRule(c: string): FieldRule | undefined {
  const phase = phaseOf(c)
  const [quantity, kind] = MOMENT[phase ? String(Number(c) % 20) : c] ?? []
  return quantity === undefined
    ? undefined
    : { quantity, channel: [phase, kind].filter((part) => part).join('-') }
}

/** What a device on the meter's M-Bus measures, by its type (EN 13757-3 table of device types; `0-n:24.1.0`) and, where a type
 *  measures two things, by the unit. */
export function mbusRule(type: number | undefined, unit: string | undefined): FieldRule | undefined {
  const isEnergy = unit === 'GJ' || unit === 'MJ' || unit === 'kWh' || unit === 'MWh'
  if (type === 2) return { quantity: 'active-energy' }
  if (type === 3) return isEnergy ? undefined : { quantity: 'gas-volume' }
  if (type === 6 || type === 7 || type === 21 || type === 22) return { quantity: 'water-volume' }
  if ((type !== undefined && HEAT.has(type)) || (type === undefined && unit === 'GJ'))
    return isEnergy ? { quantity: 'thermal-energy' } : { quantity: 'water-volume' }
  return undefined
}

const HEAT: ReadonlySet<number> = new Set([4, 10, 11, 12, 13])
