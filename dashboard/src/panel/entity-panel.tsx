import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { EntityAlarms } from '../alarms/entity-alarms.tsx'
import { CommandCard } from '../commands/command-card.tsx'
import { TraceButtons } from '../map/trace-buttons.tsx'
import { Mark } from '../marks/mark.tsx'
import { areaName, typeName } from '../state/catalogue.ts'
import { entityCell } from '../state/entities.ts'
import { addressOf } from '../state/route.ts'
import { closeEntity } from '../state/selection.ts'
import { Age } from '../table/age.tsx'
import { orderedQuantities } from '../table/main-values.ts'
import { formatAge, formatDecimal, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Entity } from '../wire/entity.ts'
import { HistoryChart } from './history-chart.tsx'
import { QuantityTable } from './quantity-table.tsx'

export function EntityPanel({ id }: { id: string }) {
  const panel = useRef<HTMLElement>(null)
  const entity = entityCell(id).value
  useEffect(() => panel.current?.focus(), [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') closeEntity()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <section
      class="card panel"
      ref={panel}
      tabIndex={-1}
      aria-label={t('panel.label', { id })}
      data-testid="entity-panel"
      data-entity={id}
    >
      <div class="panel-head">
        <h2 class="panel-title">
          {entity !== null && <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />}
          {entity?.name ?? id}
          {entity !== null && <span class="panel-kind">{kind(entity)}</span>}
        </h2>
        <span class="panel-tools">
          {entity !== null && (
            <a class="button" href={addressOf('entities', id)} data-testid="open-page">
              {t('panel.open')}
            </a>
          )}
          <button type="button" class="button" onClick={closeEntity}>
            {t('panel.close')} <kbd>Esc</kbd>
          </button>
        </span>
      </div>
      {entity !== null && <TraceButtons id={id} />}
      {entity === null ? <p class="muted">{t('panel.gone')}</p> : <PanelBody entity={entity} />}
    </section>
  )
}

function PanelBody({ entity }: { entity: Entity }) {
  const chosen = useSignal<string | null>(null)
  const rows = orderedQuantities(entity)
  const [key, state] = rows.find(([key]) => key === chosen.value) ?? rows[0] ?? []
  return (
    <div class="panel-body">
      <Details entity={entity} />
      <EntityAlarms id={entity.id} />
      <CommandCard entity={entity} />
      {rows.length === 0 && <p class="muted">{t('panel.noQuantities')}</p>}
      {key !== undefined && state !== undefined && (
        <>
          <HistoryChart entity={entity} quantity={key} unit={state.unit} key={key} />
          <QuantityTable rows={rows} chosen={key} choose={(next) => (chosen.value = next)} />
        </>
      )}
    </div>
  )
}

function kind({ id, name, type, area, areaName: given }: Entity): string {
  const own = name === null ? '' : ` · ${id}`
  return `${typeName(type)}${own} · ${areaName(area, given) ?? t('table.noArea')}`
}

function Details({ entity }: { entity: Entity }) {
  const { location, lastSeen } = entity
  const degrees = (value: number): string => formatDecimal(value.toFixed(5))
  return (
    <dl class="details">
      <Detail term={t('table.freshness')}>
        <span class={`state-${entity.freshness}`}>{t(`state.${entity.freshness}`)}</span>
      </Detail>
      <Detail term={t('table.session')}>{t(`session.${entity.session}`)}</Detail>
      <Detail term={t('table.lastSeen')}>
        {lastSeen === null ? (
          t('table.never')
        ) : (
          <>
            <Age time={lastSeen} /> <span class="muted small">{formatMoment(Date.parse(lastSeen))}</span>
          </>
        )}
      </Detail>
      <Detail term={t('panel.interval')}>{formatAge(entity.intervalS * 1_000)}</Detail>
      {location !== null && (
        <Detail term={t('panel.location')}>
          {degrees(location.lat)}; {degrees(location.lon)}
        </Detail>
      )}
    </dl>
  )
}

function Detail({ term, children }: { term: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
