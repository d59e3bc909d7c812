import type { FieldRule } from '../../fields.ts'

interface Resource {
  /** The device; absent: the sender itself. */
  readonly source?: string
  /** `<object>/<instance>/<resource>[/<index>]`, the name that a profile may have a rule for. */
  readonly name: string
  readonly rule: FieldRule
  /** The resource beside it that says the unit in text, where its object has one. */
  readonly unitName: string
}

const rule = (quantity: string, unit?: string): FieldRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
})

/** By `<object>/<resource>` of the OMA LwM2M registry (technical.openmobilealliance.org): the core objects and IPSO's smart objects,
 *  where the object is of one quantity. Without a unit here the record, or resource 5701, has to say it. */
const RULES: Readonly<Record<string, FieldRule>> = {
  '3/7': rule('voltage', 'mV'),
  '3/9': rule('battery-level', '%'),
  '4/2': rule('signal-strength', 'dB[mW]'),
  '6/0': rule('latitude', 'deg'),
  '6/1': rule('longitude', 'deg'),
  '6/2': rule('altitude', 'm'),
  '6/6': rule('speed', 'm/s'),
  '3301/5700': rule('illuminance', 'lx'),
  '3303/5700': rule('temperature', 'Cel'),
  '3304/5700': rule('relative-humidity', '%'),
  '3305/5800': rule('active-power', 'W'),
  '3305/5805': rule('active-energy', 'W.h'),
  '3315/5700': rule('atmospheric-pressure'),
  '3316/5700': rule('voltage', 'V'),
  '3317/5700': rule('current', 'A'),
  '3318/5700': rule('frequency', 'Hz'),
  '3321/5700': rule('altitude', 'm'),
  '3322/5700': rule('mass'),
  '3323/5700': rule('pressure'),
  '3326/5700': rule('ph', '[pH]'),
  '3327/5700': rule('conductivity'),
  '3328/5700': rule('active-power', 'W'),
  '3329/5700': rule('power-factor', '1'),
  '3330/5700': rule('distance', 'm'),
  '3331/5805': rule('active-energy', 'W.h'),
  '3336/5514': rule('latitude', 'deg'),
  '3336/5515': rule('longitude', 'deg'),
}

const PATH = /^(?:(.*?)\/)?(\d{1,5})\/(\d{1,5})\/(\d{1,5})(?:\/(\d{1,5}))?$/

/** What a name is that ends as a path of LwM2M (OMA-TS-LightweightM2M_Core §7.4.4), if its resource is known: instance 0 is the one
 *  thermometer that most devices have, and others are channels by their number. */
export function resourceOf(whole: string): Resource | undefined {
  const [, device, object, instance, resource, index] = PATH.exec(whole) ?? []
  const key = `${object}/${resource}`
  const found = Object.hasOwn(RULES, key) ? RULES[key] : undefined
  if (!found) return undefined
  const channel = [instance, index].filter((number) => number !== undefined && number !== '0').join('.')
  const of = `${object}/${instance}`
  return {
    ...(device ? { source: device } : {}),
    name: index === undefined ? `${of}/${resource}` : `${of}/${resource}/${index}`,
    rule: channel === '' ? found : { ...found, channel },
    unitName: `${device === undefined ? '' : `${device}/`}${of}/5701`,
  }
}
