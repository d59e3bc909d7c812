import type { Quality } from '../core/message.ts'
import type { Micros } from '../core/time.ts'

export interface LatestValue {
  readonly value: number | null
  readonly label: string | null
  readonly time: Micros
  readonly quality: Quality
  readonly device: string
}

export type Session = 'connected' | 'disconnected' | 'unknown'

/** The part of an entity that readings and sessions change. Keys of `latest`: `<quantity>[/<channel>]`. */
export interface TwinState {
  readonly latest: Readonly<Record<string, LatestValue>>
  /** Each of its devices' session, where known. */
  readonly sessions: Readonly<Record<string, Session>>
  /** The newest time of any reading; null before the first. */
  readonly lastSeen: Micros | null
}

export type TwinEvent =
  | ({ readonly type: 'observed'; readonly quantity: string; readonly channel: string } & LatestValue)
  | { readonly type: 'session-changed'; readonly device: string; readonly session: Session }

export const EMPTY_STATE: TwinState = { latest: {}, sessions: {}, lastSeen: null }

/** State after one event. Pure: no clock, no I/O. Gives the same object back where nothing changed. */
export function reduce(state: TwinState, event: TwinEvent): TwinState {
  switch (event.type) {
    case 'observed': {
      const key = quantityKey(event.quantity, event.channel)
      const known = state.latest[key]
      // Devices re-send after an outage: the store keeps late observations, the twin keeps the newest. Of two devices'
      // values with equal times the smaller device id stands, so that the order of arrival does not matter.
      if (known && (known.time > event.time || (known.time === event.time && known.device <= event.device)))
        return state
      const { value, label, time, quality, device } = event
      return {
        ...state,
        latest: { ...state.latest, [key]: { value, label, time, quality, device } },
        lastSeen: state.lastSeen === null ? time : Math.max(state.lastSeen, time),
      }
    }
    case 'session-changed':
      if (state.sessions[event.device] === event.session) return state
      return { ...state, sessions: { ...state.sessions, [event.device]: event.session } }
  }
}

export const quantityKey = (quantity: string, channel: string): string =>
  channel === '' ? quantity : `${quantity}/${channel}`

/** What `quantityKey` put together. */
export function keyParts(key: string): { quantity: string; channel: string } {
  const [quantity = '', channel = ''] = key.split('/', 2)
  return { quantity, channel }
}

/** An entity is connected while any of its devices is; unknown where none has said anything since the start. */
export function sessionOf({ sessions }: TwinState): Session {
  const all = Object.values(sessions)
  if (all.includes('connected')) return 'connected'
  return all.includes('disconnected') ? 'disconnected' : 'unknown'
}
