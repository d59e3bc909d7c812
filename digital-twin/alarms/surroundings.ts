import { type Neighbours, NO_NEIGHBOURS } from '../../core/relation.ts'
import type { RaisedAlarm } from '../../store/alarms.ts'
import type { AlarmState } from './alarm-state.ts'

/** Where a device is: what an alarm about it is about, too. */
export type Whereabouts = (device: string) => { readonly entity: string; readonly area: string | null } | null

/** What is around the entities that alarms are about. */
export interface Surroundings {
  readonly neighbours: Neighbours
  entity(id: string): { readonly name: string | null; readonly area: string | null } | null
}

export const NO_SURROUNDINGS: Surroundings = { neighbours: NO_NEIGHBOURS, entity: () => null }

/** An alarm as it is to be written. */
export function rowOf(
  { finding, raisedAt, lastAt, unwritten }: AlarmState,
  whereabouts: Whereabouts,
  around: Surroundings,
): RaisedAlarm {
  const place = finding.device === null ? null : whereabouts(finding.device)
  const { entity = place?.entity ?? null, textVi = null, ...more } = finding
  const area = (finding.entity === undefined ? null : around.entity(finding.entity)?.area) ?? place?.area
  return {
    ...{ ...more, textVi, entity, area: area ?? null },
    ...{ raisedAt, lastAt, count: Math.max(unwritten, 1) },
  }
}
