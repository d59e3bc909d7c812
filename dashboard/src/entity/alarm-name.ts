import { language } from '../state/preferences.ts'
import type { Alarm } from '../wire/alarm.ts'

/** What its rule is called; a security alarm has no rule with a name. */
export function alarmName({ ruleNameVi, ruleNameEn, text, textVi }: Alarm): string {
  return language.value === 'en' ? (ruleNameEn ?? ruleNameVi ?? text) : (ruleNameVi ?? textVi ?? text)
}
