import { useSignal } from '@preact/signals'
import { areaName, communes, entityTypes, nameOf } from '../state/catalogue.ts'
import { serverNowMs } from '../state/clock.ts'
import { route, setQuery } from '../state/route.ts'
import { fold } from '../text/fold.ts'
import { t } from '../text/messages.ts'
import { DOMAINS } from '../wire/entity.ts'
import { addressed, span } from './player.ts'
import { fromLocal, RANGES, type Range, type Span, spanOf, toLocal } from './window.ts'
import { w } from './words.ts'

const WINDOW_MS_MAX = 31 * 86_400_000

const show = (wanted: Span): void => setQuery({ ...addressed(wanted), at: null })

/** Which window of the past, and what of it. */
export function WindowBar() {
  const { fromMs, toMs } = span.value
  return (
    <div class="replay-window">
      <fieldset class="replay-ranges" aria-label={w('window')}>
        {RANGES.map((range) => (
          <RangeButton range={range} key={range} />
        ))}
      </fieldset>
      {toMs > 0 && <OwnWindow span={span.value} key={`${fromMs} ${toMs}`} />}
      <Filters />
    </div>
  )
}

function RangeButton({ range }: { range: Range }) {
  const { fromMs, toMs } = spanOf(range, serverNowMs())
  const isChosen = fromMs === span.value.fromMs && (range !== 'yesterday' || toMs === span.value.toMs)
  return (
    <button
      type="button"
      class={isChosen ? 'chip chip-on' : 'chip'}
      aria-pressed={isChosen}
      onClick={() => show(spanOf(range, serverNowMs()))}
    >
      {w(range)}
    </button>
  )
}

function OwnWindow({ span: { fromMs, toMs } }: { span: Span }) {
  const from = useSignal(toLocal(fromMs))
  const to = useSignal(toLocal(toMs))
  const fault = useSignal(false)
  const submit = (event: Event): void => {
    event.preventDefault()
    const wanted = { fromMs: fromLocal(from.value) ?? Number.NaN, toMs: fromLocal(to.value) ?? Number.NaN }
    const lengthMs = wanted.toMs - wanted.fromMs
    fault.value = !(lengthMs > 0 && lengthMs <= WINDOW_MS_MAX && wanted.fromMs < serverNowMs())
    if (!fault.value) show({ ...wanted, toMs: Math.min(wanted.toMs, serverNowMs()) })
  }
  return (
    <form class="replay-own" onSubmit={submit}>
      <label>
        <span>{w('from')}</span>
        <input
          class="input"
          type="datetime-local"
          value={from.value}
          onInput={(event) => {
            from.value = event.currentTarget.value
          }}
          data-testid="replay-from"
        />
      </label>
      <label>
        <span>{w('to')}</span>
        <input
          class="input"
          type="datetime-local"
          value={to.value}
          onInput={(event) => {
            to.value = event.currentTarget.value
          }}
          data-testid="replay-to"
        />
      </label>
      <button type="submit" class="button">
        {w('apply')}
      </button>
      {fault.value && (
        <p class="error" role="alert">
          {w('badWindow')}
        </p>
      )}
    </form>
  )
}

function Filters() {
  const { query } = route.value
  const domain = query.get('domain')
  const entity = query.get('entity')
  const types = [...entityTypes.value.values()].filter((type) => domain === null || type.domain === domain)
  const byName =
    <T,>(of: (item: T) => string) =>
    (a: T, b: T) =>
      fold(of(a)) < fold(of(b)) ? -1 : 1
  const inArea = (communes.value?.features ?? []).map(({ properties }) => properties).sort(byName(nameOf))
  return (
    <div class="replay-filters">
      {entity !== null && (
        <button type="button" class="chip chip-on" onClick={() => setQuery({ entity: null })}>
          {w('onlyEntity', { id: entity })} <span aria-hidden="true">×</span>
        </button>
      )}
      <Choice name="domain" all="allDomains">
        {DOMAINS.map((one) => [one, t(`domain.${one}`)] as const)}
      </Choice>
      <Choice name="type" all="allTypes">
        {types.sort(byName(nameOf)).map((type) => [type.id, nameOf(type)] as const)}
      </Choice>
      <Choice name="area" all="allAreas">
        {inArea.map(({ code }) => [code, areaName(code) ?? code] as const)}
      </Choice>
    </div>
  )
}

interface ChoiceProps {
  readonly name: 'domain' | 'type' | 'area'
  readonly all: 'allDomains' | 'allTypes' | 'allAreas'
  readonly children: readonly (readonly [value: string, text: string])[]
}

function Choice({ name, all, children }: ChoiceProps) {
  const value = route.value.query.get(name) ?? ''
  const choose = (wanted: string): void =>
    setQuery({ [name]: wanted || null, entity: null, ...(name === 'domain' ? { type: null } : {}) })
  return (
    <select
      class="select"
      aria-label={w(name)}
      value={value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="">{w(all)}</option>
      {children.map(([id, text]) => (
        <option value={id} key={id} selected={id === value}>
          {text}
        </option>
      ))}
    </select>
  )
}
