import { OwnWindow } from '../own-window/own-window.tsx'
import { areaName, communes, entityTypes, nameOf } from '../state/catalogue.ts'
import { serverNowMs } from '../state/clock.ts'
import { route, setQuery } from '../state/route.ts'
import { fold } from '../text/fold.ts'
import { t } from '../text/messages.ts'
import { DOMAINS } from '../wire/entity.ts'
import { addressed, span } from './player.ts'
import { RANGES, type Range, type Span, spanOf } from './window.ts'
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
      {toMs > 0 && <OwnWindow shown={span.value} choose={choose} key={`${fromMs} ${toMs}`} />}
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

function choose({ fromMs, toMs }: Span): string | null {
  const lengthMs = toMs - fromMs
  const nowMs = serverNowMs()
  if (!(lengthMs > 0 && lengthMs <= WINDOW_MS_MAX && fromMs < nowMs)) return w('badWindow')
  show({ fromMs, toMs: Math.min(toMs, nowMs) })
  return null
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
