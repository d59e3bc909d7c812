import type { Alarm, Finding } from '../../core/alarm.ts'
import type { Micros } from '../../core/time.ts'

/** An active alarm as it is known here: what the database has of it, and what is not written yet. */
export interface AlarmState {
  readonly finding: Finding
  readonly raisedAt: Micros
  readonly lastAt: Micros
  /** Found so often since it was last written. */
  readonly unwritten: number
  readonly clearedAt: Micros | null
  /** Null: the database has not seen it yet. */
  readonly written: Alarm | null
}

/** The same finding again is counted; one that was about to clear goes on. */
export function found(state: AlarmState | undefined, finding: Finding, now: Micros): AlarmState {
  if (!state) return { finding, raisedAt: now, lastAt: now, unwritten: 1, clearedAt: null, written: null }
  return {
    ...state,
    finding,
    lastAt: Math.max(state.lastAt, now),
    unwritten: state.unwritten + 1,
    clearedAt: null,
  }
}

export const cleared = (state: AlarmState, now: Micros): AlarmState =>
  state.clearedAt === null ? { ...state, clearedAt: now } : state

/** Whether it clears by itself: the same was not found for as long as its rule says. */
export const isOver = ({ finding, lastAt, clearedAt }: AlarmState, now: Micros): boolean =>
  clearedAt === null && finding.quietS !== null && now - lastAt >= finding.quietS * 1_000_000

/** What was written meanwhile is not to be written again. */
export const written = (state: AlarmState, alarm: Alarm, count: number): AlarmState => ({
  ...state,
  written: alarm,
  raisedAt: alarm.raisedAt,
  unwritten: state.unwritten - count,
})

/** As the database has it from before this start. */
export const restored = (alarm: Alarm): AlarmState => ({
  finding: {
    kind: alarm.kind as Finding['kind'],
    rule: alarm.rule,
    key: alarm.key,
    severity: alarm.severity,
    device: alarm.device,
    address: alarm.address,
    text: alarm.text,
    ...(alarm.textVi === null ? {} : { textVi: alarm.textVi }),
    details: alarm.details,
    quietS: alarm.quietS,
  },
  raisedAt: alarm.raisedAt,
  lastAt: alarm.lastAt,
  unwritten: 0,
  clearedAt: null,
  written: alarm,
})
