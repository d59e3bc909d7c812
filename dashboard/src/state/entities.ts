import { batch, type Signal, signal } from '@preact/signals'
import type { Entity } from '../wire/entity.ts'

/** Every entity by id. Read it together with one of the two versions below, which say when to read again. */
export const entities: ReadonlyMap<string, Entity> = new Map()
/** Rises once a frame if anything changed. */
export const entitiesVersion = signal(0)
/** Rises only if something changed that lists and the map are built from: not with a new value. */
export const standingVersion = signal(0)
export const ready = signal(false)

const held = entities as Map<string, Entity>
const cells = new Map<string, Signal<Entity | null>>()
// Bounded by the number of entities: only the newest state of each waits for the next frame.
const pending = new Map<string, Entity>()
let clearFirst = false
let snapshotSeen = false
let named: Set<string> | null = null
let gone: readonly string[] = []
let scheduled = false

/** A signal of one entity, so that a row is drawn again for its own changes only. */
export function entityCell(id: string): Signal<Entity | null> {
  let cell = cells.get(id)
  if (cell === undefined) {
    cell = signal(held.get(id) ?? null)
    cells.set(id, cell)
  }
  return cell
}

export function receive(items: readonly Entity[]): void {
  for (const entity of items) {
    pending.set(entity.id, entity)
    named?.add(entity.id)
  }
  schedule()
}

/** From here to `endSnapshot` it is noted who is named; until then the old state stays in sight. */
export function beginSnapshot(): void {
  named = new Set()
}

export function endSnapshot(whole: boolean): void {
  snapshotSeen = true
  if (whole && named !== null) {
    const alive = named
    gone = [...held.keys()].filter((id) => !alive.has(id))
    named = null
  }
  schedule()
}

/** Drops everything with the next frame; what arrives from now on stays. */
export function forget(): void {
  pending.clear()
  clearFirst = true
  schedule()
}

/** After sign-out: nothing of the former user remains, and the next snapshot is the first again. */
export function forgetNow(): void {
  forget()
  snapshotSeen = false
  flush()
  ready.value = false
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  // A hidden page gets no frames; it still has to be current when somebody looks.
  if (document.hidden) setTimeout(flush, 250)
  else requestAnimationFrame(flush)
}

function flush(): void {
  scheduled = false
  batch(() => {
    let standingChanged = clearFirst || gone.length > 0
    drop(clearFirst ? [...held.keys()] : gone)
    for (const entity of pending.values()) {
      const before = held.get(entity.id)
      if (before === undefined || standsElsewhere(before, entity)) standingChanged = true
      held.set(entity.id, entity)
      const cell = cells.get(entity.id)
      if (cell !== undefined) cell.value = entity
    }
    pending.clear()
    entitiesVersion.value++
    if (standingChanged) standingVersion.value++
    if (snapshotSeen) ready.value = true
  })
}

function drop(ids: readonly string[]): void {
  clearFirst = false
  gone = []
  for (const id of ids) {
    held.delete(id)
    const cell = cells.get(id)
    // One that comes back in the same frame keeps its row.
    if (cell !== undefined && !pending.has(id)) cell.value = null
  }
}

function standsElsewhere(a: Entity, b: Entity): boolean {
  return (
    a.freshness !== b.freshness ||
    a.session !== b.session ||
    a.area !== b.area ||
    a.type !== b.type ||
    a.name !== b.name ||
    a.location?.lat !== b.location?.lat ||
    a.location?.lon !== b.location?.lon ||
    Object.keys(a.quantities).length !== Object.keys(b.quantities).length ||
    Object.keys(a.derived).length !== Object.keys(b.derived).length
  )
}
