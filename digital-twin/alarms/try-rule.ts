import { inSlices } from '../../core/slices.ts'
import type { Micros } from '../../core/time.ts'
import { readingsOf } from '../../store/alarm-rules.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { quantityKey } from '../twin-state.ts'
import { readPattern, WEEKS } from './baselines.ts'
import { detect, isAbout } from './detectors/detect.ts'
import { begun, type DetectorState } from './detectors/detector.ts'
import type { Condition, NewRule } from './rule.ts'
import { RuleIndex } from './rule-index.ts'
import type { Rules } from './rules.ts'
import { type Tried, type TriedAlarm, TriedAlarms } from './tried-alarms.ts'
import { type PastParts, triedExpression } from './try-expression.ts'
import type { WeekPattern } from './usual.ts'

const ENTITIES_MAX = 50
const READINGS_MAX = 50_000
const FOUND_MAX = 1000
/** How long other work may wait. */
const SLICE_MS = 4

interface TryParts extends PastParts {
  readonly store: { readonly db: Db }
  readonly registry: PastParts['registry'] & { entities(): Iterable<Entity> }
  readonly rules: Pick<Rules, 'areasAbove'>
}

interface TriedWindow {
  readonly from: Micros
  readonly to: Micros
  readonly entity?: string | undefined
}

/** Runs a rule's detector over what is stored of those it would watch; bounded, and says when it left something out. */
export async function tryRule(parts: TryParts, rule: NewRule, window: TriedWindow) {
  const whole = { ...rule, id: 'try', isEnabled: true, origin: 'user', revision: 0 } as const
  const index = new RuleIndex(parts.rules.areasAbove, [whole])
  const items: TriedAlarm[] = []
  let [readings, unjudged, isCut] = [0, 0, false]
  const result = (truncated: boolean) => ({ items: items.slice(0, FOUND_MAX), readings, unjudged, truncated })
  for (const [i, entity] of (await watchedBy(index, parts.registry, window.entity)).entries()) {
    if (i >= ENTITIES_MAX || readings >= READINGS_MAX || items.length >= FOUND_MAX) return result(true)
    const limit = READINGS_MAX - readings
    const [watch] = index.of(entity).expressions
    const tried = watch
      ? await triedExpression(parts, watch, window, limit)
      : await triedOn(parts.store.db, entity, rule.condition, { ...window, limit })
    readings += tried.readings
    unjudged += tried.unjudged
    isCut ||= tried.isCut
    items.push(...tried.items)
  }
  return result(isCut || readings >= READINGS_MAX)
}

/** Those that the rule looks at, one more than are tried at most. */
async function watchedBy(
  index: RuleIndex,
  registry: TryParts['registry'],
  only: string | undefined,
): Promise<readonly Entity[]> {
  const one = only === undefined ? undefined : registry.entity(only)
  const watched: Entity[] = []
  await inSlices(only === undefined ? registry.entities() : one ? [one] : [], SLICE_MS, (entity) => {
    if (watched.length > ENTITIES_MAX) return
    const { byQuantity, all, expressions } = index.of(entity)
    if (byQuantity.size + all.length + expressions.length > 0) watched.push(entity)
  })
  return watched
}

async function triedOn(
  db: Db,
  entity: Entity,
  condition: Condition,
  { from, to, limit }: TriedWindow & { limit: number },
): Promise<Tried> {
  const [quantity = null] = 'quantity' in condition ? (condition.quantity?.split('/') ?? []) : []
  const rows = await readingsOf(db, { entity: entity.id, quantity, from, to, limit })
  const about = rows.filter((row) => isAbout(condition, row))
  const states = new Map<string, DetectorState>()
  const patterns = new Map<string, WeekPattern>()
  const items = new TriedAlarms(entity.id)
  if (condition.kind === 'pattern')
    for (const [key, { quantity, channel }] of new Map(
      about.map((row) => [quantityKey(row.quantity, row.channel), row]),
    )) {
      // Of the weeks before: what was tried must not have made what it is judged by.
      const series = { entity: entity.id, quantity, channel }
      patterns.set(key, await readPattern(db, series, condition.weeks ?? WEEKS, from))
    }
  let unjudged = 0
  await inSlices(about, SLICE_MS, (reading) => {
    const { quantity, channel, time, value } = reading
    const key = quantityKey(quantity, channel)
    const usual = patterns.get(key)?.at(time) ?? null
    if (condition.kind === 'pattern' && usual === null) unjudged += 1
    const before = states.get(key) ?? begun(false)
    const step = detect(condition, { type: entity.type, quantity, usual }, before, { time, value })
    states.set(key, step.state)
    items.stepped(step, { quantity, channel, value, time })
  })
  return { items: items.all, readings: rows.length, unjudged, isCut: false }
}
