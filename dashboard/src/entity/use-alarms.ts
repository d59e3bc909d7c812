import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { mayAlarm } from '../header/nav.tsx'
import { alarms, alarmsVersion } from '../state/alarms.ts'
import { useAsked } from '../state/asked.ts'
import { serverNowMs } from '../state/clock.ts'
import { signedIn } from '../state/sign-in.ts'
import type { Alarm } from '../wire/alarm.ts'
import type { RequestError } from '../wire/client.ts'
import type { Page } from '../wire/entity.ts'
import { type View, type Window, windowOf } from './view.ts'

const ALARMS_MAX = 500

export interface AlarmsAsked {
  /** Those that were active at some time of the window, the newest first. */
  readonly items: readonly Alarm[]
  /** There were more. */
  readonly isCut: boolean
  readonly error: RequestError | null
}

/** The alarms of one entity; null: this person is not told of alarms. */
export function useAlarms(entityId: string, view: View, window: Window): AlarmsAsked | null {
  const who = signedIn.value
  const isAllowed = who !== null && who !== 'asking' && mayAlarm(who)
  const paths = useMemo(() => {
    if (!isAllowed) return [null, null] as const
    const { fromMs, toMs } = windowOf(view, serverNowMs())
    const from = new Date(fromMs).toISOString()
    const path = `/alarms?entity=${entityId}&limit=${ALARMS_MAX}`
    const until = view.still === null ? '' : `&until=${new Date(toMs).toISOString()}`
    // Found last before the window, and over within it: the second knows those.
    return [`${path}&since=${from}${until}`, `${path}&at=${from}`] as const
  }, [entityId, isAllowed, view.live, view.still?.fromMs, view.still?.toMs])
  const found = useAsked<Page<Alarm>>(paths[0])
  const before = useAsked<Page<Alarm>>(paths[1])
  const all = useComputed(() => {
    alarmsVersion.value
    const told = [...alarms.values()].filter(({ entity }) => entity === entityId)
    const asked = [...(before.value.body?.items ?? []), ...(found.value.body?.items ?? [])]
    return new Map([...asked, ...told].map((alarm) => [alarm.id, alarm]))
  })
  if (!isAllowed) return null
  return {
    items: [...all.value.values()]
      .filter((alarm) => wasActive(alarm, window))
      .sort((a, b) => Date.parse(b.raisedAt) - Date.parse(a.raisedAt)),
    isCut: found.value.body?.next !== undefined,
    error: found.value.error ?? before.value.error,
  }
}

function wasActive({ raisedAt, clearedAt }: Alarm, { fromMs, toMs }: Window): boolean {
  return Date.parse(raisedAt) <= toMs && (clearedAt === null || Date.parse(clearedAt) >= fromMs)
}
