import { formatTime, type Micros } from '../../core/time.ts'
import { readingsOf } from '../../store/alarm-rules.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { quantityKey } from '../twin-state.ts'
import { detect, isAbout } from './detectors/detect.ts'
import { begun, type DetectorState } from './detectors/detector.ts'
import type { NewRule } from './rule.ts'
import { RuleIndex } from './rule-index.ts'
import type { Rules } from './rules.ts'

const ENTITIES_MAX = 50
const READINGS_MAX = 50_000
const FOUND_MAX = 1000

interface TriedAlarm {
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly value: number
  readonly bound: number | null
  readonly raisedAt: string
  clearedAt: string | null
}

interface TryParts {
  readonly store: { readonly db: Db }
  readonly registry: { entities(): Iterable<Entity> }
  readonly rules: Pick<Rules, 'isWithin'>
}

interface Window {
  readonly from: Micros
  readonly to: Micros
  readonly entity?: string | undefined
}

/** Runs a rule's detector over what is stored of those it would watch; bounded, and says when it left something out. */
export async function tryRule(
  { store, registry, rules }: TryParts,
  rule: NewRule,
  { from, to, entity: only }: Window,
) {
  const index = new RuleIndex(
    [{ ...rule, id: 'try', isEnabled: true, origin: 'user', revision: 0 }],
    rules.isWithin,
  )
  const items: TriedAlarm[] = []
  let [readings, entities] = [0, 0]
  for (const entity of registry.entities()) {
    if (only !== undefined && entity.id !== only) continue
    const { byQuantity, all } = index.of(entity)
    if (byQuantity.size + all.length === 0) continue
    if (++entities > ENTITIES_MAX || readings >= READINGS_MAX || items.length >= FOUND_MAX)
      return { items: items.slice(0, FOUND_MAX), readings, truncated: true }
    const [quantity = null] = byQuantity.keys()
    const limit = READINGS_MAX - readings
    const rows = await readingsOf(store.db, { entity: entity.id, quantity, from, to, limit })
    readings += rows.length
    items.push(...triedOn(entity, rule, rows))
  }
  return { items: items.slice(0, FOUND_MAX), readings, truncated: readings >= READINGS_MAX }
}

function triedOn(
  entity: Entity,
  { condition }: NewRule,
  rows: Awaited<ReturnType<typeof readingsOf>>,
): TriedAlarm[] {
  const states = new Map<string, DetectorState>()
  const open = new Map<string, TriedAlarm>()
  const items: TriedAlarm[] = []
  for (const reading of rows) {
    if (!isAbout(condition, reading)) continue
    const { quantity, channel, time, value } = reading
    const key = quantityKey(quantity, channel)
    const of = { type: entity.type, quantity }
    const step = detect(condition, of, states.get(key) ?? begun(false), { time, value })
    states.set(key, step.state)
    if (step.verdict === 'raise') {
      const raisedAt = formatTime(time)
      const item = {
        entity: entity.id,
        quantity,
        channel,
        value,
        bound: step.bound,
        raisedAt,
        clearedAt: null,
      }
      open.set(key, item)
      items.push(item)
    }
    const was = open.get(key)
    if (step.verdict === 'clear' && was) was.clearedAt = formatTime(time)
  }
  return items
}
