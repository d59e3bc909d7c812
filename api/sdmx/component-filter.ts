import { err, ok, type Result } from '../../core/result.ts'
import type { Figure, FigureSet } from '../../digital-twin/indicator/figure.ts'
import { ATTRIBUTES, type Component, OBS_VALUE } from '../../digital-twin/indicator/formats/components.ts'
import type { Dataflow } from '../../digital-twin/indicator/formats/dataflows.ts'
import { spanOf } from '../../digital-twin/indicator/formats/span.ts'
import { isCode, unknownCode } from './key.ts'

const ORDERED = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const
const TEXTUAL = ['eq', 'ne', 'co', 'nc', 'sw', 'ew'] as const
type Operator = (typeof ORDERED)[number] | (typeof TEXTUAL)[number]

interface Condition {
  readonly operator: Operator
  readonly value: string
}

/** `c[ID]=…`: any of the alternatives, each of which holds if all its conditions do. */
export interface ComponentFilter {
  readonly component: Component
  readonly alternatives: readonly (readonly Condition[])[]
}

/** Reads a filter of SDMX REST 2.x (doc/data.md): `,` is or, `+` is and, `op:` before a value, `eq` where there is none. */
export function parseFilter(id: string, text: string, flow: Dataflow): Result<ComponentFilter, string> {
  const components = [...flow.dimensions, OBS_VALUE, ...ATTRIBUTES]
  const component = components.find((one) => one.id === id)
  if (!component)
    return err(
      `c[${id}]: ${flow.id} has no such component; takes ${components.map((one) => one.id).join(', ')}`,
    )
  const operators: readonly Operator[] = isOrdered(component) ? ORDERED : TEXTUAL
  const alternatives: Condition[][] = []
  for (const alternative of text.split(',')) {
    const conditions: Condition[] = []
    // Whoever decodes a query takes a plain + for a space.
    for (const part of alternative.split(/[+ ]/)) {
      const [, operator = 'eq', value = ''] = /^(?:(eq|ne|lt|le|gt|ge|co|nc|sw|ew):)?(.*)$/.exec(part) ?? []
      const known = operators.find((one) => one === operator)
      if (!known) return err(`c[${id}]: takes the operators ${operators.join(', ')}`)
      const fault = faultOf(component, known, value)
      if (fault) return err(`c[${id}]: ${fault}`)
      conditions.push({ operator: known, value })
    }
    alternatives.push(conditions)
  }
  return ok({ component, alternatives })
}

const isOrdered = ({ dataType }: Component): boolean => dataType !== 'String'

function faultOf(component: Component, operator: Operator, value: string): string | null {
  if (value === '') return 'takes a value'
  if (component.dataType === 'ObservationalTimePeriod')
    return spanOf(value) ? null : `"${value}" is no period; takes 2025, 2025-Q4, 2025-12 or 2025-12-31`
  if (component.dataType === 'Integer' || component.dataType === 'Decimal')
    return /^\d+(\.\d+)?$/.test(value) ? null : `"${value}" is no number`
  const isWhole = operator === 'eq' || operator === 'ne'
  return isWhole && !isCode(component, value) ? unknownCode(component, value) : null
}

export function matchesFilter({ component, alternatives }: ComponentFilter, figure: Figure, set: FigureSet) {
  const value = component.of(figure, set)
  return alternatives.some((conditions) =>
    conditions.every((condition) =>
      value === null ? condition.operator === 'ne' : holds(component, condition, String(value)),
    ),
  )
}

function holds({ dataType }: Component, { operator, value: wanted }: Condition, value: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(wanted)
    case 'nc':
      return !value.includes(wanted)
    case 'sw':
      return value.startsWith(wanted)
    case 'ew':
      return value.endsWith(wanted)
    case 'eq':
      return dataType === 'Decimal' || dataType === 'Integer'
        ? Number(value) === Number(wanted)
        : value === wanted
    case 'ne':
      return value !== wanted
    default:
      return dataType === 'ObservationalTimePeriod'
        ? isWithin(operator, value, wanted)
        : compares(operator, Number(value) - Number(wanted))
  }
}

type Order = 'lt' | 'le' | 'gt' | 'ge'

/** From a period on: those that begin no earlier; up to one: those that end no later. */
function isWithin(operator: Order, value: string, wanted: string): boolean {
  const [ours, theirs] = [spanOf(value), spanOf(wanted)]
  if (!ours || !theirs) return false
  if (operator === 'ge') return ours.from >= theirs.from
  if (operator === 'le') return ours.to <= theirs.to
  return operator === 'gt' ? ours.from > theirs.to : ours.to < theirs.from
}

const compares = (operator: Order, difference: number): boolean =>
  operator === 'lt'
    ? difference < 0
    : operator === 'le'
      ? difference <= 0
      : operator === 'gt'
        ? difference > 0
        : difference >= 0
