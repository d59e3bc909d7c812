import type { Meaning } from './wire.ts'

export type Names = Readonly<Record<string, Meaning>>

const HEAD = /^\(\$names := (\{.*\});\n/

// What a name means is said once more here, so that the page can read it back and add to it. Names it does not hold stay as
// they are; of those it does, the unit is the one that was chosen, whatever the message says.
const BODY = `payload.{
  "time": time,
  "values": $merge([{}, $each(values, function($value, $name) {(
    $known := $lookup($names, $name);
    $exists($known)
      ? ($known = null ? {} : {
          $known.quantity & ($known.channel ? "/" & $known.channel : ""): {
            "value": $type($value) = "object" ? $value.value : $value,
            "unit": $known.unit
          }
        })
      : {$name: $value}
  )})])
})`

/** A mapping that gives other names to values of the canonical form. */
export const renaming = (names: Names): string => `($names := ${JSON.stringify(names)};\n${BODY}`

/** The names that a mapping of this kind gives; null: it is another one. */
export function namesOf(mapping: string): Names | null {
  const [head, json = ''] = HEAD.exec(mapping) ?? []
  if (head === undefined || mapping.slice(head.length) !== BODY) return null
  return JSON.parse(json) as Names
}
