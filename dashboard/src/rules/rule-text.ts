import { areaName, nameOf, quantities, quantityName, typeName } from '../state/catalogue.ts'
import { formatExact } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import { timeUnitOf } from './durations.ts'
import type { Condition, Scope } from './wire.ts'
import { w } from './words.ts'

const ENTITIES_SHOWN = 3

/** What a rule watches, in words. */
export function scopeText({ types = [], domain, area, entities = [] }: Scope): string {
  const shown = entities.slice(0, ENTITIES_SHOWN).join(', ')
  const more = entities.length - ENTITIES_SHOWN
  const things =
    more > 0 ? w('moreEntities', { some: shown, count: String(more) }) : entities.length > 0 ? shown : null
  const whole = types.map(typeName).join(', ') || (domain ? t(`domain.${domain}`) : w('everything'))
  return [
    things ?? whole,
    ...(area === undefined ? [] : [w('inArea', { area: areaName(area) ?? area })]),
  ].join(' ')
}

/** When a rule raises its alarm, in words. */
export function conditionText(condition: Condition): string {
  const forText = condition.forS ? `, ${w('says.for', { time: durationText(condition.forS) })}` : ''
  switch (condition.kind) {
    case 'threshold':
      return thresholdText(condition) + forText + hysteresisText(condition)
    case 'rate':
      return (['rises', 'falls'] as const)
        .flatMap((way) => {
          const bound = condition[way]
          if (bound === undefined) return []
          const time = durationText(condition.withinS ?? 0)
          return [w(`says.${way}`, { quantity: nameIn(condition), bound: bounded(condition, bound), time })]
        })
        .join(` ${w('or')} `)
    case 'silence':
      return condition.afterS === undefined
        ? w('says.silence5')
        : w('says.silence', { time: durationText(condition.afterS) })
    case 'flat-line': {
      const fill = { quantity: nameIn(condition), time: durationText(condition.forS ?? 0) }
      return condition.tolerance
        ? w('says.flatWithin', { ...fill, bound: bounded(condition, condition.tolerance) })
        : w('says.flat', fill)
    }
    case 'implausible':
      return w('says.implausible', { quantity: nameIn(condition) })
    case 'pattern': {
      const deviations = formatExact(condition.deviations ?? 0)
      return w('says.pattern', { quantity: nameIn(condition), deviations }) + forText
    }
    case 'expression':
      return (condition.expression ?? '') + forText
  }
}

function thresholdText(condition: Condition): string {
  const { above, below } = condition
  const [quantity, up, down] = [nameIn(condition), above, below]
  if (isYesOrNo(condition)) return w(up === undefined ? 'says.no' : 'says.yes', { quantity })
  const fill = (bound: number) => ({ quantity, bound: bounded(condition, bound) })
  if (up !== undefined && down !== undefined)
    return w('says.both', { quantity, above: bounded(condition, up), below: bounded(condition, down) })
  return up !== undefined ? w('says.above', fill(up)) : w('says.below', fill(down ?? 0))
}

const hysteresisText = (condition: Condition): string =>
  condition.hysteresis
    ? ` (${w('says.hysteresis', { bound: bounded(condition, condition.hysteresis) })})`
    : ''

/** Half of a quantity that is 0 or 1 is a yes. */
const isYesOrNo = ({ quantity, above = 0.5, below = 0.5 }: Condition): boolean => {
  const { unit, plausible } = quantities.value.get(quantity?.split('/')[0] ?? '') ?? {}
  return unit === '1' && plausible?.min === 0 && plausible.max === 1 && above === 0.5 && below === 0.5
}

const nameIn = ({ quantity }: Condition): string =>
  quantity === undefined ? w('says.anyQuantity') : quantityName(quantity)

/** The unit of a key, as people write it. */
export const unitOf = (key: string | undefined): string =>
  formatUnit(quantities.value.get(key?.split('/')[0] ?? '')?.unit ?? '')

const bounded = ({ quantity }: Condition, bound: number): string =>
  `${formatExact(bound)} ${unitOf(quantity)}`.trim()

function durationText(seconds: number): string {
  const unit = timeUnitOf(seconds)
  return `${formatExact(seconds / unit)} ${w(`time.${unit}`)}`
}

/** By name, as people read them. */
export const byName = <T extends { readonly nameVi: string; readonly nameEn: string | null }>(
  a: T,
  b: T,
): number => nameOf(a).localeCompare(nameOf(b), 'vi')
