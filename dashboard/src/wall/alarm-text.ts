import { areaName } from '../state/catalogue.ts'
import { entities } from '../state/entities.ts'
import type { Alarm } from '../wire/alarm.ts'
import { w } from './words.ts'

export const nameOf = (entity: string): string => entities.get(entity)?.name ?? entity

export function whereOf({ entity, device, address, area }: Alarm): string {
  const thing = entity === null ? (device ?? address) : nameOf(entity)
  return [thing, area === null ? w('board.noArea') : areaName(area)].filter(Boolean).join(' · ')
}
