import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { errorText, useAsked } from '../state/asked.ts'
import { addressOf } from '../state/route.ts'
import { formatValue } from '../text/format.ts'
import { dayOf } from '../text/province-time.ts'
import type { RequestError } from '../wire/client.ts'
import type { Entity } from '../wire/entity.ts'
import './balance.css'
import type { MeterGap, WaterBalance } from './wire.ts'
import { w, wIfKnown } from './words.ts'

const DAY_MS = 86_400_000
const moved = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** What went into a metered zone on a day, what customers drew, what was lost, and the flow at night. */
export function WaterBalanceCard({ entity }: { entity: Entity }) {
  const titleId = useId()
  const today = dayOf(Date.now())
  const day = useSignal(moved(today, -1))
  const path = entity.type === 'water-zone' ? `/entities/${entity.id}/water-balance?date=${day.value}` : null
  const { body, error } = useAsked<WaterBalance & { from: string }>(path).value
  if (path === null) return null
  const isOfDay = body !== null && dayOf(Date.parse(body.from)) === day.value
  return (
    <section class="card balance" aria-labelledby={titleId} data-testid="water-balance">
      <div class="balance-head">
        <h2 id={titleId} class="card-title">
          {w('title')}
        </h2>
        <DayPicker day={day.value} max={today} set={(next) => (day.value = next)} />
      </div>
      <div class="balance-body" aria-live="polite">
        {error !== null ? (
          <p class="muted" data-testid="balance-refused">
            {refusal(error)}
          </p>
        ) : isOfDay ? (
          <Figures balance={body} />
        ) : (
          <p class="muted">{w('loading')}</p>
        )}
      </div>
    </section>
  )
}

const refusal = (error: RequestError): string =>
  wIfKnown(error.code, { detail: error.detail ?? '' }) ?? errorText(error)

function DayPicker({ day, max, set }: { day: string; max: string; set: (day: string) => void }) {
  const step = (days: number, label: string, sign: string) => (
    <button
      type="button"
      class="button"
      aria-label={label}
      title={label}
      disabled={days > 0 && day >= max}
      onClick={() => set(moved(day, days))}
    >
      {sign}
    </button>
  )
  return (
    <div class="balance-day">
      {step(-1, w('before'), '‹')}
      <input
        type="date"
        class="input"
        aria-label={w('day')}
        value={day}
        max={max}
        onChange={(event) => event.currentTarget.value !== '' && set(event.currentTarget.value)}
        data-testid="balance-day"
      />
      {step(1, w('after'), '›')}
    </div>
  )
}

const percent = (share: number): string => `${formatValue(share * 100)} %`
const volumeText = (volume: number | null): string =>
  volume === null ? w('unknown') : `${formatValue(volume)} m³`
const flowText = (flow: number): string => `${formatValue(flow)} m³/h`

function Figures({ balance }: { balance: WaterBalance }) {
  const { systemInput, meteredConsumption, nonRevenueWater: lost } = balance
  return (
    <>
      {lost === null ? (
        <p class="state-late" data-testid="balance-unknown">
          {w('notKnown')}
        </p>
      ) : (
        <Bar share={lost.share} />
      )}
      <dl class="balance-rows">
        <SideRow name={w('input')} side={systemInput} />
        <SideRow name={w('consumption')} side={meteredConsumption} />
        <dt class="balance-sum">{w('nrw')}</dt>
        <dd class="balance-sum" data-testid="balance-nrw">
          {lost === null
            ? w('unknown')
            : `${volumeText(lost.volume)}${lost.share === null ? '' : ` · ${formatValue(lost.share)} %`}`}
        </dd>
      </dl>
      <NightRows balance={balance} />
      <Missing balance={balance} />
    </>
  )
}

function SideRow({ name, side }: { name: string; side: WaterBalance['systemInput'] }) {
  const told = w('meters', { count: String(side.meters), share: percent(side.coverage) })
  return (
    <>
      <dt>
        {name}
        <span class="muted small">{told}</span>
      </dt>
      <dd>
        {volumeText(side.volume)}
        {side.volume === null && side.measured > 0 && (
          <span class="muted small"> ({w('measured', { volume: formatValue(side.measured) })})</span>
        )}
      </dd>
    </>
  )
}

/** Where more is drawn than goes in, there is no share to draw. */
function Bar({ share }: { share: number | null }) {
  if (share === null || share < 0 || share > 100) return null
  return (
    <div class="balance-bar" aria-hidden="true">
      <span class="balance-metered" style={{ width: `${100 - share}%` }}>
        {w('consumptionShort')}
      </span>
      <span class="balance-lost" />
    </div>
  )
}

function NightRows({ balance: { nightFlow } }: { balance: WaterBalance }) {
  const { minimum, legitimateUse, leakage, usePerConnection, useSource } = nightFlow
  return (
    <dl class="balance-rows">
      <dt>{w('night')}</dt>
      <dd data-testid="balance-night">{minimum === null ? w('noNight') : flowText(minimum.flow)}</dd>
      <dt title={useSource}>
        {w('use')}
        <span class="muted small">{w('useBy', { use: formatValue(usePerConnection) })}</span>
      </dt>
      <dd>{flowText(legitimateUse)}</dd>
      <dt class="balance-sum">{w('leakage')}</dt>
      <dd class="balance-sum">{leakage === null ? w('unknown') : flowText(leakage)}</dd>
    </dl>
  )
}

function Missing({ balance: { incomplete } }: { balance: WaterBalance }) {
  const all = [...incomplete.inlets, ...incomplete.customers]
  if (all.length === 0) return null
  const told = ({ coverage, resets }: MeterGap): string =>
    [
      w('missingItem', { share: percent(coverage) }),
      ...(resets > 0 ? [w('resets', { count: String(resets) })] : []),
    ].join(', ')
  return (
    <details class="balance-missing" data-testid="balance-missing">
      <summary>{w('missing', { count: `${all.length}${incomplete.truncated ? '+' : ''}` })}</summary>
      <ul>
        {all.map((meter) => (
          <li key={meter.id}>
            <a href={addressOf('entities', meter.id)}>{meter.id}</a>
            <span class="muted">{told(meter)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
