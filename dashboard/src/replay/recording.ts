import { rankOf } from '../state/alarms.ts'
import type { Alarm } from '../wire/alarm.ts'
import type { Course, ReplayLine, Steps, WindowLine } from './lines.ts'

/** How many alarms of a step were raised, with the rank of the worst, and how many ended. */
interface AlarmStep {
  raised: number
  worst: number
  cleared: number
}

/** A window of the past as it was read; at most as many values as the server lets through. */
export class Recording {
  readonly window: WindowLine
  readonly fromMs: number
  readonly stepMs: number
  readonly lastStep: number
  readonly courses: Course[] = []
  readonly alarms: Alarm[] = []
  readonly alarmSteps = new Map<number, AlarmStep>()
  readonly #silentChange: Int32Array
  #silent: Int32Array | null = null

  constructor(window: WindowLine) {
    this.window = window
    this.fromMs = Date.parse(window.from)
    this.stepMs = window.stepS * 1000
    this.lastStep = window.steps - 1
    this.#silentChange = new Int32Array(window.steps + 1)
  }

  take(line: ReplayLine): void {
    if (line.kind === 'entity') this.#takeCourse(line)
    if (line.kind === 'alarm') this.#takeAlarm(line.alarm)
  }

  timeOf = (step: number): number => this.fromMs + step * this.stepMs
  stepOf = (timeMs: number): number =>
    Math.min(this.lastStep, Math.max(0, Math.floor((timeMs - this.fromMs) / this.stepMs)))

  /** By step, how many entities were silent. */
  get silent(): Int32Array {
    if (this.#silent === null) {
      let count = 0
      this.#silent = this.#silentChange.slice(0, this.lastStep + 1).map((change) => {
        count += change
        return count
      })
    }
    return this.#silent
  }

  /** Worst first, then newest first. */
  activeAt(step: number): Alarm[] {
    const timeMs = this.timeOf(step)
    return this.alarms.filter(
      ({ raisedAt, clearedAt }) =>
        Date.parse(raisedAt) <= timeMs && (clearedAt === null || Date.parse(clearedAt) > timeMs),
    )
  }

  /** Those with alarms in the window first, the worst of them on top; the order stays while it is played. */
  sort(): void {
    this.alarms.sort((a, b) => rankOf(b) - rankOf(a) || b.id - a.id)
    const worst = new Map<string, number>()
    for (const alarm of this.alarms)
      if (alarm.entity !== null && !worst.has(alarm.entity)) worst.set(alarm.entity, rankOf(alarm))
    const rank = ({ id }: Course) => worst.get(id) ?? -1
    this.courses.sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
  }

  #takeCourse(course: Course): void {
    this.courses.push(course)
    course.freshness.forEach(([step, freshness], i) => {
      if (freshness !== 'silent') return
      const end = course.freshness[i + 1]?.[0] ?? this.lastStep + 1
      this.#silentChange[step] = (this.#silentChange[step] ?? 0) + 1
      this.#silentChange[end] = (this.#silentChange[end] ?? 0) - 1
    })
  }

  #takeAlarm(alarm: Alarm): void {
    this.alarms.push(alarm)
    const raised = this.#alarmStep(alarm.raisedAt)
    if (raised) {
      raised.raised++
      raised.worst = Math.max(raised.worst, rankOf(alarm))
    }
    const cleared = alarm.clearedAt === null ? null : this.#alarmStep(alarm.clearedAt)
    if (cleared) cleared.cleared++
  }

  /** The step at whose end it shows; null: outside of the window. */
  #alarmStep(time: string): AlarmStep | null {
    const step = Math.ceil((Date.parse(time) - this.fromMs) / this.stepMs)
    if (step <= 0 || step > this.lastStep) return null
    const known = this.alarmSteps.get(step) ?? { raised: 0, worst: 0, cleared: 0 }
    this.alarmSteps.set(step, known)
    return known
  }
}

/** What held at a step; undefined: nothing yet. */
export const atStep = <T>(course: Steps<T>, step: number): T | undefined => course[placeAt(course, step)]?.[1]

/** The step since which it held; undefined: nothing yet. */
export const sinceStep = <T>(course: Steps<T>, step: number): number | undefined =>
  course[placeAt(course, step)]?.[0]

function placeAt<T>(course: Steps<T>, step: number): number {
  let low = 0
  let high = course.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((course[middle]?.[0] ?? 0) <= step) low = middle + 1
    else high = middle
  }
  return low - 1
}
