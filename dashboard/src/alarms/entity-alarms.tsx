import { useComputed, useSignal } from '@preact/signals'
import { mayAlarm } from '../header/nav.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarms, alarmsVersion, isActive, rankOf, receiveAlarm } from '../state/alarms.ts'
import { attempt, useAsked } from '../state/asked.ts'
import { serverNowMs } from '../state/clock.ts'
import { addressOf } from '../state/route.ts'
import { signedIn } from '../state/sign-in.ts'
import { Age } from '../table/age.tsx'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { post } from '../wire/client.ts'
import type { Page } from '../wire/entity.ts'
import { shortMoment, statementOf, titleOf } from './sentence.ts'
import { Standing } from './standing.tsx'
import { w } from './words.ts'
import './entity-alarms.css'

const PAST_MAX = 10

/** The alarms of one entity: those that go on, which one may acknowledge here, and the last that are over. */
export function EntityAlarms({ id }: { id: string }) {
  const who = signedIn.value
  if (who === null || who === 'asking' || !mayAlarm(who)) return null
  return <Alarms id={id} />
}

function Alarms({ id }: { id: string }) {
  const now = useComputed(() => {
    alarmsVersion.value
    return [...alarms.values()]
      .filter((alarm) => alarm.entity === id && isActive(alarm))
      .sort((a, b) => rankOf(b) - rankOf(a) || b.id - a.id)
  }).value
  const version = now.map((alarm) => alarm.id).join()
  const path = `/alarms?entity=${encodeURIComponent(id)}&state=cleared&limit=${PAST_MAX}`
  const past = useAsked<Page<Alarm>>(path, version).value.body
  return (
    <section class="entity-alarms" aria-label={w('entity.title')} data-testid="entity-alarms">
      <h3 class="entity-alarms-title">
        {w('entity.title')}
        <a href={addressOf('alarms', null, { entity: id, state: 'all', members: '1' })}>{w('entity.all')}</a>
      </h3>
      {now.length === 0 && <p class="muted small">{w('entity.none')}</p>}
      <ul>
        {now.map((alarm) => (
          <ActiveAlarm alarm={alarm} key={alarm.id} />
        ))}
      </ul>
      {past !== null && past.items.length > 0 && <Past page={past} />}
    </section>
  )
}

function ActiveAlarm({ alarm }: { alarm: Alarm }) {
  const fault = useSignal<string | null>(null)
  const deed = alarm.acknowledgedAt === null ? 'acknowledge' : 'unacknowledge'
  const act = async (): Promise<void> => {
    fault.value = await attempt(async () =>
      receiveAlarm(await post<Alarm>(`/alarms/${alarm.id}/${deed}`, {})),
    )
  }
  return (
    <li class="entity-alarm" data-testid="entity-alarm" data-alarm={alarm.id}>
      <SeverityMark severity={alarm.severity} />
      <span class="visually-hidden">{t(`severity.${alarm.severity}`)}</span>
      <span class="entity-alarm-text">
        <a href={addressOf('alarms', null, { alarm: String(alarm.id), state: 'all', entity: alarm.entity })}>
          {titleOf(alarm)}
        </a>{' '}
        <Age time={alarm.raisedAt} />
        <span class="entity-alarm-what">{statementOf(alarm)}</span>
        <Standing alarm={alarm} />
        {fault.value !== null && (
          <span class="error" role="alert">
            {fault.value}
          </span>
        )}
      </span>
      <button type="button" class="button" onClick={() => void act()} data-testid={`entity-${deed}`}>
        {w(`do.${deed}`)}
      </button>
    </li>
  )
}

function Past({ page: { items, next } }: { page: Page<Alarm> }) {
  const count = formatCount(items.length)
  const moment = (time: string): string => shortMoment(Date.parse(time), serverNowMs())
  return (
    <details class="entity-past">
      <summary>{w(next === undefined ? 'entity.past' : 'entity.pastMore', { count })}</summary>
      <ul>
        {items.map((alarm) => (
          <li key={alarm.id} class="entity-past-one">
            <SeverityMark severity={alarm.severity} />
            <span class="visually-hidden">{t(`severity.${alarm.severity}`)}</span>
            <a
              href={addressOf('alarms', null, {
                alarm: String(alarm.id),
                state: 'all',
                entity: alarm.entity,
              })}
            >
              {titleOf(alarm)}
            </a>
            <span class="muted small">
              {moment(alarm.raisedAt)} – {moment(alarm.clearedAt ?? alarm.lastAt)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
