import { inSlices } from '../../core/slices.ts'
import type { Micros } from '../../core/time.ts'
import { recentReadings } from '../../store/alarm-rules.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { keyParts, type LatestValue } from '../twin-state.ts'
import { detect, isAbout } from './detectors/detect.ts'
import { begun } from './detectors/detector.ts'
import type { Condition } from './rule.ts'
import type { RuleIndex } from './rule-index.ts'
import type { Watched } from './waiting.ts'
import type { Watch } from './watch.ts'

interface RecollectParts {
  readonly index: RuleIndex
  readonly registry: { entities(): Iterable<Entity> }
  readonly twins: { latest(entity: string): Readonly<Record<string, LatestValue>> }
  isActive(watch: Watch, key: string): boolean
  /** Evaluates the newest reading. */
  step(watch: Watch, reading: Watched): void
}

interface Lost {
  readonly watch: Watch
  readonly key: string
  readonly isActive: boolean
  readonly latest: LatestValue
  readonly lookBackUs: Micros
}

/** So many at a start; of the others the durations begin anew. */
const LOST_MAX = 500
const POINTS_MAX = 300
const SLICE_MS = 4

/**
 * Before a start's first readings: of rules that look back and were about to raise, or are active and must know their window to
 * clear rightly, what they would remember had there been no restart.
 */
export async function recollect(db: Db, parts: RecollectParts): Promise<void> {
  const lost = await lostOf(parts)
  if (lost.length === 0) return
  const wanted = lost.map(({ watch, key, latest, lookBackUs }) => ({
    entity: watch.entity.id,
    ...keyParts(key),
    from: latest.time - lookBackUs,
  }))
  const past = await recentReadings(db, wanted, POINTS_MAX)
  lost.forEach(({ watch, key, isActive, latest }, place) => {
    const { condition } = watch.rule
    let state = begun(false)
    for (const reading of past.get(place) ?? []) {
      if (!isAbout(condition, reading) || reading.time >= latest.time) continue
      const { time, value, quantity } = reading
      state = detect(condition, { type: watch.entity.type, quantity }, state, { time, value }).state
    }
    watch.states.set(key, { ...state, isActive })
    parts.step(watch, { ...latest, entity: watch.entity.id, ...keyParts(key) })
  })
}

/** The active ones first. */
async function lostOf({ index, registry, twins, isActive }: RecollectParts): Promise<Lost[]> {
  const [active, about]: [Lost[], Lost[]] = [[], []]
  await inSlices(registry.entities(), SLICE_MS, (entity) => {
    const { byQuantity } = index.of(entity)
    if (byQuantity.size === 0) return
    for (const [key, latest] of Object.entries(twins.latest(entity.id)))
      for (const watch of byQuantity.get(keyParts(key).quantity) ?? []) {
        const found = lostBy(watch, key, latest, isActive(watch, key))
        if (found) (found.isActive ? active : about).push(found)
      }
  })
  return [...active, ...about].slice(0, LOST_MAX)
}

function lostBy(watch: Watch, key: string, latest: LatestValue, isActive: boolean): Lost | null {
  const { condition } = watch.rule
  const lookBackUs = lookBackS(condition) * 1_000_000
  const reading = { ...latest, ...keyParts(key) }
  if (lookBackUs === 0 || !isAbout(condition, reading)) return null
  const found = { watch, key, isActive, latest, lookBackUs }
  if (isActive) return condition.kind === 'rate' ? found : null
  const { state } = detect(
    condition,
    { type: watch.entity.type, quantity: reading.quantity },
    begun(false),
    reading,
  )
  return condition.kind === 'rate' || state.since === null ? null : found
}

function lookBackS(condition: Condition): number {
  if (condition.kind === 'rate') return condition.withinS
  // Further than the duration, or it would begin with the first reading after its beginning.
  return condition.kind === 'threshold' || condition.kind === 'flat-line' ? 2 * (condition.forS ?? 0) : 0
}
