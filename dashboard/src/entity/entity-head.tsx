import { useSignal } from '@preact/signals'
import { Mark } from '../marks/mark.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarmsByEntity } from '../state/alarms.ts'
import { areaName, entityTypes, nameOf, typeName } from '../state/catalogue.ts'
import { addressOf } from '../state/route.ts'
import { mayWire, signedIn } from '../state/sign-in.ts'
import { Age } from '../table/age.tsx'
import { formatAge, formatCount, formatDecimal, formatExact, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { Entity } from '../wire/entity.ts'
import { DescribeForm } from './describe-form.tsx'
import { isWithoutDevice } from './standing.ts'
import { w } from './words.ts'

/** What it is, where, and how it stands. */
export function EntityHead({ entity }: { entity: Entity }) {
  const isEditing = useSignal(false)
  const who = signedIn.value
  const { id, name, type, area } = entity
  return (
    <header class="card entity-head" data-testid="entity-head" data-entity={id}>
      <div class="entity-head-line">
        <h1 class="entity-name">
          <Standing entity={entity} />
          {name ?? id}
        </h1>
        <span class="entity-kind">
          {name !== null && <code class="entity-id">{id}</code>} {typeName(type)} ·{' '}
          {areaName(area, entity.areaName) ?? t('table.noArea')}
        </span>
        <WorstAlarm id={id} />
        {who !== null && who !== 'asking' && mayWire(who) && (
          <button
            type="button"
            class="button entity-edit"
            aria-expanded={isEditing.value}
            data-testid="edit"
            onClick={() => {
              isEditing.value = !isEditing.value
            }}
          >
            {w('describe.edit')}
          </button>
        )}
      </div>
      {isEditing.value ? (
        <DescribeForm
          entity={entity}
          close={() => {
            isEditing.value = false
          }}
        />
      ) : (
        <Details entity={entity} />
      )}
    </header>
  )
}

function Standing({ entity }: { entity: Entity }) {
  if (isWithoutDevice(entity)) return null
  return <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />
}

function WorstAlarm({ id }: { id: string }) {
  const active = alarmsByEntity.value.get(id) ?? []
  const [worst] = active
  if (worst === undefined) return null
  return (
    <a class="entity-trouble" href={addressOf('alarms', null, { entity: id })}>
      <SeverityMark severity={worst.severity} />
      {w('head.alarms', { count: formatCount(active.length), severity: t(`severity.${worst.severity}`) })}
    </a>
  )
}

function Details({ entity }: { entity: Entity }) {
  const { freshness, session, lastSeen, intervalS, location } = entity
  return (
    <dl class="details">
      {isWithoutDevice(entity) ? (
        <Detail term={t('table.freshness')}>{w('head.noDevice')}</Detail>
      ) : (
        <>
          <Detail term={t('table.freshness')}>
            <span class={`state-${freshness}`}>{t(`state.${freshness}`)}</span>
          </Detail>
          <Detail term={t('table.session')}>{t(`session.${session}`)}</Detail>
          <Detail term={t('table.lastSeen')}>
            {lastSeen === null ? (
              t('table.never')
            ) : (
              <>
                <Age time={lastSeen} /> <span class="muted small">{formatMoment(Date.parse(lastSeen))}</span>
              </>
            )}
          </Detail>
          <Detail term={t('panel.interval')}>{formatAge(intervalS * 1_000)}</Detail>
        </>
      )}
      <Detail term={t('panel.location')}>
        {location === null ? (
          <span class="muted">{w('head.noLocation')}</span>
        ) : (
          <a href={addressOf('overview', null, { entity: entity.id })} data-testid="on-map">
            {degrees(location.lat)}; {degrees(location.lon)} · {w('head.onMap')}
          </a>
        )}
      </Detail>
      <AttributeDetails entity={entity} />
    </dl>
  )
}

const degrees = (value: number): string => formatDecimal(value.toFixed(5))

function AttributeDetails({ entity: { type, attributes } }: { entity: Entity }) {
  const known = entityTypes.value.get(type)?.attributes ?? []
  const others = Object.keys(attributes).filter((id) => known.every((attribute) => attribute.id !== id))
  return (
    <>
      {known.map((attribute) => (
        <Detail term={nameOf(attribute)} key={attribute.id}>
          {attributes[attribute.id] === undefined ? (
            <span class="muted">{w('head.notGiven')}</span>
          ) : (
            `${attributeText(attributes[attribute.id])} ${formatUnit(attribute.unit)}`
          )}
        </Detail>
      ))}
      {others.map((id) => (
        <Detail term={id} key={id}>
          {attributeText(attributes[id])}
        </Detail>
      ))}
    </>
  )
}

function attributeText(value: number | string | undefined): string {
  return typeof value === 'number' ? formatExact(value) : (value ?? '')
}

function Detail({ term, children }: { term: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
