import { areaName } from '../state/catalogue.ts'
import { entities } from '../state/entities.ts'
import { language } from '../state/preferences.ts'
import type { Alarm } from '../wire/alarm.ts'
import { w } from './words.ts'

/** The rule's name; of an alarm without one, what it says. */
export function whatOf({ ruleNameVi, ruleNameEn, text, textVi }: Alarm): string {
  const isVi = language.value === 'vi'
  return (isVi ? (ruleNameVi ?? textVi) : (ruleNameEn ?? ruleNameVi)) ?? text
}

export const nameOf = (entity: string): string => entities.get(entity)?.name ?? entity

export function whereOf({ entity, device, address, area }: Alarm): string {
  const thing = entity === null ? (device ?? address) : nameOf(entity)
  return [thing, area === null ? w('board.noArea') : areaName(area)].filter(Boolean).join(' · ')
}
