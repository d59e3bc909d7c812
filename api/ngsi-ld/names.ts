import { UCUM_OF_UNECE } from '../../ingest/unece-units.ts'

/** 4.6.2: a name is a letter, then letters, digits and underscores. */
const words = (id: string): string[] => id.split(/[^A-Za-z0-9_.]+/).filter(Boolean)
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
const plain = (text: string) => text.replaceAll(/[^A-Za-z0-9_]/g, '_')

/** `water-meter` → `WaterMeter`. */
export const typeName = (type: string): string => plain(words(type).map(capital).join(''))

/** `active-power/L1` → `activePower_L1`, `pm2.5` → `pm2_5`. No quantity's own name holds an underscore after a letter, so that
 *  `active-power/exported` and `active-power-exported` stay two. */
export function attributeName(key: string): string {
  const [id = '', channel] = key.split('/', 2)
  const [first = '', ...rest] = words(id)
  const name = plain(first + rest.map(capital).join(''))
  return channel === undefined ? name : `${name}_${plain(channel)}`
}

export const entityUrn = (type: string, id: string): string => `urn:ngsi-ld:${typeName(type)}:${id}`

/** The type's name and the id; null where it is no urn of ours. */
export function readUrn(urn: string): { readonly type: string; readonly id: string } | null {
  const match = /^urn:ngsi-ld:([A-Za-z0-9_]{1,64}):([^:]{1,256})$/.exec(urn)
  return match ? { type: match[1] ?? '', id: match[2] ?? '' } : null
}

// Where two codes stand for one unit, the first of the table is the common one.
const UNECE_OF_UCUM = new Map(
  Object.entries(UCUM_OF_UNECE)
    .toReversed()
    .map(([code, unit]) => [unit, code] as const),
)

/** UN/CEFACT common code of a UCUM unit; undefined: there is none. */
export const unitCode = (ucum: string): string | undefined => UNECE_OF_UCUM.get(ucum)
