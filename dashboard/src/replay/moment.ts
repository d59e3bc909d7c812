import { entityTypes, quantities } from '../state/catalogue.ts'
import type { Entity, QuantityState } from '../wire/entity.ts'
import type { Course, Values } from './lines.ts'
import { atStep } from './recording.ts'

export type Change = 'up' | 'down' | 'changed'

/** An entity as it was at a step, as far as a replay tells: without sessions and the times of values. */
export function entityAt(course: Course, step: number, withValues: boolean): Entity {
  const { id, type, name, area, location } = course
  return {
    ...{ id, type, name, area, location },
    domain: entityTypes.value.get(type)?.domain ?? 'environment',
    attributes: {},
    session: 'unknown',
    freshness: atStep(course.freshness, step) ?? 'silent',
    lastSeen: null,
    intervalS: 0,
    // What follows is shown beside what is measured: of a zone there is nothing else.
    quantities: withValues ? { ...statesAt(course.derived, step), ...statesAt(course.values, step) } : {},
    derived: {},
    desired: {},
    revision: 0,
  }
}

function statesAt(values: Values, step: number): Record<string, QuantityState> {
  const states: Record<string, QuantityState> = {}
  for (const [key, course] of Object.entries(values)) {
    const value = atStep(course, step)
    if (value === undefined || value === null) continue
    const [id = key] = key.split('/')
    states[key] = {
      ...(typeof value === 'string' ? { value: null, label: value } : { value }),
      unit: quantities.value.get(id)?.unit ?? '',
      time: '',
      quality: 'good',
    }
  }
  return states
}

/** How a value changed with this very step; null: it did not. */
export function changeOf(course: Course, key: string, step: number): Change | null {
  if (step === 0) return null
  const values = course.values[key] ?? course.derived[key] ?? []
  const now = atStep(values, step)
  const before = atStep(values, step - 1)
  if (now === before || now === undefined || before === undefined) return null
  if (typeof now !== 'number' || typeof before !== 'number') return 'changed'
  return now > before ? 'up' : 'down'
}
