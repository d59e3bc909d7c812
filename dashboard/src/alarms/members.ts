import type { Alarm } from '../wire/alarm.ts'
import { get } from '../wire/client.ts'
import type { Page } from '../wire/entity.ts'
import { canBe, type Deed } from './acting.ts'

const PAGE_MAX = 1_000

export const membersPath = (id: number): string => `/alarms?group=${id}&limit=${PAGE_MAX}`

/** The alarms, and those that follow from them, as far as there is something to do. */
export async function membersToo(deed: Deed, alarms: readonly Alarm[]): Promise<Alarm[]> {
  const all = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  for (const { id, members } of alarms)
    for (let path: string | null = members > 0 ? membersPath(id) : null; path !== null; ) {
      const { items, next }: Page<Alarm> = await get<Page<Alarm>>(path)
      for (const alarm of items) if (canBe(deed, alarm)) all.set(alarm.id, alarm)
      path = next === undefined ? null : `${membersPath(id)}&cursor=${encodeURIComponent(next)}`
    }
  return [...all.values()]
}
