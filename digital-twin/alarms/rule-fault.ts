import { QUANTITIES } from '../../core/quantity.ts'
import { MODELS } from '../models/index.ts'
import { parseExpression } from './expression/parse.ts'
import type { Condition, NewRule } from './rule.ts'

export interface RuleFault {
  readonly field: string
  readonly why: string
}

/** What keeps a rule from being used, by its field. */
export function ruleFault({ scope, condition }: NewRule): RuleFault | null {
  const type = scope.types?.find((id) => !MODELS.has(id))
  if (type !== undefined) return { field: 'scope.types', why: `there is no entity type ${type}` }
  return conditionFault(condition)
}

function conditionFault(condition: Condition): RuleFault | null {
  const fault = (field: string, why: string) => ({ field: `condition.${field}`, why })
  if (condition.kind === 'silence') return null
  if (condition.kind === 'expression') {
    const parsed = parseExpression(condition.expression)
    return parsed.ok ? null : fault('expression', `character ${parsed.error.place}: ${parsed.error.why}`)
  }
  const [quantity = ''] = condition.quantity?.split('/') ?? []
  if (condition.quantity !== undefined && QUANTITIES.get(quantity)?.kind !== 'measure')
    return fault('quantity', `${quantity} is no measured quantity; see GET /api/v1/quantities`)
  if (condition.kind === 'threshold') {
    const { above, below, hysteresis = 0 } = condition
    if (above === undefined && below === undefined) return fault('above', 'takes above, below or both')
    if (above !== undefined && below !== undefined && above - hysteresis < below + hysteresis)
      return fault('above', 'nothing would be inside: above must be more than below, by twice the hysteresis')
  }
  if (condition.kind === 'rate' && condition.rises === undefined && condition.falls === undefined)
    return fault('rises', 'takes rises, falls or both')
  return null
}
