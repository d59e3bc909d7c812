import type { CommandStatus } from '../core/command.ts'
import type { Quality } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import { formatTime } from '../core/time.ts'
import type { Entity } from '../store/device.ts'
import type { DerivedDocument } from './derive.ts'
import type { Freshness } from './freshness.ts'
import type { Domain } from './model.ts'
import { MODELS } from './models/index.ts'
import { keyParts, type LatestValue, type Session, sessionOf, type TwinState } from './twin-state.ts'

interface QuantityDocument {
  readonly value: number | null
  /** Only for states told in words. */
  readonly label?: string
  readonly unit: string
  readonly time: string
  readonly quality: Quality
  readonly device: string
}

/** What was asked of a device last, by the quantity that will tell whether it was done. */
interface DesiredDocument {
  readonly value: number | null
  /** Only for states told in words. */
  readonly label?: string
  readonly time: string
  readonly command: string
  readonly status: CommandStatus
}

/** An entity as the API, the stream and `twins/<id>` show it. */
export interface EntityDocument {
  readonly id: string
  readonly type: string
  readonly domain: Domain
  readonly name: string | null
  readonly attributes: Readonly<Record<string, number | string>>
  readonly area: string | null
  readonly location: { readonly lat: number; readonly lon: number } | null
  readonly session: Session
  readonly freshness: Freshness
  readonly lastSeen: string | null
  /** Expected seconds between readings: what the freshness is judged by. */
  readonly intervalS: number
  readonly quantities: Readonly<Record<string, QuantityDocument>>
  readonly derived: Readonly<Record<string, DerivedDocument>>
  readonly desired: Readonly<Record<string, DesiredDocument>>
  readonly revision: number
}

export function toDocument(
  entity: Entity,
  state: TwinState,
  freshness: Freshness,
  intervalS: number,
  revision: number,
  { derived, desired }: Pick<EntityDocument, 'derived' | 'desired'>,
): EntityDocument {
  const { id, type, name, attributes, area, lat, lon } = entity
  return {
    id,
    type,
    domain: MODELS.get(type)?.domain ?? 'water',
    name,
    attributes,
    area,
    location: lat === null || lon === null ? null : { lat, lon },
    session: sessionOf(state),
    freshness,
    lastSeen: state.lastSeen === null ? null : formatTime(state.lastSeen),
    intervalS,
    quantities: Object.fromEntries(
      Object.entries(state.latest).map(([key, latest]) => [key, quantityDocument(key, latest)]),
    ),
    derived,
    desired,
    revision,
  }
}

function quantityDocument(
  key: string,
  { value, label, time, quality, device }: LatestValue,
): QuantityDocument {
  const unit = QUANTITIES.get(keyParts(key).quantity)?.unit ?? ''
  return { value, ...(label === null ? {} : { label }), unit, time: formatTime(time), quality, device }
}
