import { setImmediate } from 'node:timers/promises'
import type { Micros } from '../../core/time.ts'
import type { Entity } from '../../store/device.ts'
import { derivedOf, heardOf } from '../derive.ts'
import { type Freshness, freshnessOf } from '../freshness.ts'
import type { Graph } from '../relations/graph.ts'
import type { RelationChange } from '../surroundings-at.ts'
import { EMPTY_STATE, reduce, type TwinEvent, type TwinState } from '../twin-state.ts'

/** A value from a step on, until the next one. */
type From<T> = [step: number, value: T]

/** How one entity fared in a window: only where something changed; from when it was there. */
export interface Course {
  readonly id: string
  readonly type: string
  readonly name: string | null
  readonly area: string | null
  readonly location: { readonly lat: number; readonly lon: number } | null
  readonly freshness: From<Freshness>[]
  /** By quantity and channel, as the twin has them; null: it does not follow any more. A text is a label. */
  readonly values: Record<string, From<number | string | null>[]>
  readonly derived: Record<string, From<number | string | null>[]>
}

/** Happens by the end of a step. */
export interface StepEvent {
  readonly step: number
  readonly entity: string
  readonly event: TwinEvent
}

export interface Scene {
  readonly from: Micros
  readonly stepUs: number
  /** The number of the last one; the first is 0. */
  readonly lastStep: number
  /** Who is shown. */
  readonly shown: readonly Entity[]
  /** The state at step 0, of these and of those beside them. */
  readonly start: ReadonlyMap<string, TwinState>
  readonly events: readonly StepEvent[]
  /** As it is at step 0; it is changed while it is played. */
  readonly graph: Graph
  /** In order. */
  readonly relations: readonly RelationChange[]
  /** When each of those shown was made. */
  readonly madeAt: ReadonlyMap<string, Micros>
  entity(id: string): Entity | undefined
  intervalS(entity: Entity): number
  isObserved(entity: string): boolean
}

/** So long at once: readings come in meanwhile. */
const SLICE_MS = 5

/** Goes through a window step by step with the reducer of the live twin. */
export async function play(scene: Scene): Promise<Course[]> {
  const { from, stepUs, lastStep, shown } = scene
  const states = new Map(scene.start)
  const stateOf = (id: string) => states.get(id) ?? EMPTY_STATE
  const of = (id: string) => {
    const entity = scene.entity(id)
    return entity ? { entity, state: stateOf(id) } : null
  }
  const relations = [...scene.relations]
  const bySteps = Map.groupBy(scene.events, ({ step }) => step)
  const courses = shown.map((entity) => ({
    entity,
    intervalS: scene.intervalS(entity),
    madeAt: scene.madeAt.get(entity.id) ?? 0,
    course: beginning(entity),
  }))
  let sliceEnd = performance.now() + SLICE_MS
  for (let step = 0; step <= lastStep; step++) {
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + SLICE_MS
    }
    const happened = bySteps.get(step) ?? []
    const touched = new Set<string>()
    for (const { entity, event } of happened) {
      states.set(entity, reduce(stateOf(entity), event))
      touched.add(entity)
    }
    const now = from + step * stepUs
    for (const { isMade, relation } of takeWhile(relations, ({ time }) => time <= now))
      scene.graph[isMade ? 'add' : 'remove'](relation)
    const around = { neighbours: scene.graph, now, of, intervalS: (one: Entity) => scene.intervalS(one) }
    for (const { entity, intervalS, madeAt, course } of courses) {
      const state = stateOf(entity.id)
      const derived = derivedOf(entity, state, around)
      const heard = heardOf(state, scene.isObserved(entity.id), derived)
      // Not there yet; but what was brought in afterwards has a past before it was made.
      if (now < madeAt && heard === null) continue
      if (course.freshness.length === 0 || touched.has(entity.id)) noteAll(course.values, step, state.latest)
      // Also where nothing happened: what is too old says nothing any more.
      noteAll(course.derived, step, derived)
      note(course.freshness, step, freshnessOf(heard, intervalS, now))
    }
  }
  return courses.map(({ course }) => course)
}

function takeWhile<T>(items: T[], isSo: (item: T) => boolean): T[] {
  const end = items.findIndex((item) => !isSo(item))
  return items.splice(0, end < 0 ? items.length : end)
}

const beginning = ({ id, type, name, area, lat, lon }: Entity): Course => ({
  ...{ id, type, name, area },
  location: lat === null || lon === null ? null : { lat, lon },
  ...{ freshness: [], values: {}, derived: {} },
})

type Values = Readonly<Record<string, { readonly value: number | null; readonly label?: string | null }>>

function noteAll(courses: Course['values'], step: number, now: Values): void {
  for (const [key, { value, label }] of Object.entries(now)) {
    courses[key] ??= []
    note(courses[key], step, label ?? value)
  }
  for (const [key, course] of Object.entries(courses)) if (!(key in now)) note(course, step, null)
}

function note<T>(course: From<T>[], step: number, value: T): void {
  if (course.length === 0 || course.at(-1)?.[1] !== value) course.push([step, value])
}
