import { useEffect, useRef } from 'preact/hooks'
import { errorText, useAsked } from '../../state/asked.ts'
import { areaName } from '../../state/catalogue.ts'
import { formatDay } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import { translate } from '../../text/translate.ts'
import { codeName, periodName } from '../codes.ts'
import { type Cell, queryOf, TOTAL, view } from '../view.ts'
import { textOf } from '../wire.ts'
import { Operators, Populations, Sensitivity } from './choices.tsx'
import { Division, Ledger, Sims } from './ledger.tsx'
import { Method, Quality } from './method.tsx'
import type { Explanation } from './wire.ts'
import { w } from './words.ts'
import './explanation.css'

/** Where one number comes from, down to the count of each rule. */
export function ExplanationDrawer({ cell, close }: { cell: Cell; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const path = `/indicators/explanation?${queryOf(view.value, cell)}`
  const { body, error } = useAsked<Explanation>(path).value
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      class="drawer"
      ref={dialog}
      aria-labelledby="drawer-title"
      onClose={close}
      data-testid="explanation"
    >
      <div class="drawer-body">
        <header class="drawer-head">
          <h2 class="drawer-title" id="drawer-title">
            {w('title')}
          </h2>
          <button
            type="button"
            class="button"
            onClick={() => dialog.current?.close()}
            data-testid="explanation-close"
          >
            {w('close')}
          </button>
        </header>
        <p class="muted">{nameOf(cell, body)}</p>
        {error !== null && (
          <p class="error" role="alert">
            {w('failed', { detail: errorText(error) })}
          </p>
        )}
        {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
        {body !== null && <Sections explanation={body} address={`/api/v1${path}`} />}
      </div>
    </dialog>
  )
}

function nameOf(cell: Cell, explanation: Explanation | null): string {
  const codes = (['access', 'class', 'domain'] as const).flatMap((dimension) =>
    cell[dimension] === TOTAL ? [] : [codeName(dimension, cell[dimension])],
  )
  const figure = explanation?.figure
  const when =
    figure === undefined
      ? null
      : view.value.period === null
        ? formatDay(Date.parse(figure.referenceDate))
        : periodName(figure.period)
  const name =
    figure === undefined ? areaName(cell.area) : areaName(cell.area, translate(textOf(figure.areaName)))
  return [name, when, ...codes].filter((part) => part !== null).join(' · ')
}

function Sections({ explanation, address }: { explanation: Explanation; address: string }) {
  const { withheld, figure } = explanation
  return (
    <>
      {withheld !== null && figure.status === 'Q' && (
        <section class="drawer-withheld" aria-label={w('withheld')} data-testid="explanation-withheld">
          <h3 class="card-title">{w('withheld')}</h3>
          <p>{translate(textOf(withheld))}</p>
        </section>
      )}
      <Division formula={explanation.formula} />
      <Ledger steps={explanation.steps} window={figure.window} />
      <Sims sims={explanation.sims} />
      <Populations choices={explanation.populations} perPerson={figure.perPerson} />
      <Sensitivity lines={explanation.sensitivity} usedDays={figure.window.days} />
      <Operators lines={explanation.operators} />
      <Quality explanation={explanation} />
      <section aria-labelledby="drawer-itu">
        <h3 class="card-title" id="drawer-itu">
          {w('compare.title')}
        </h3>
        <p data-testid="explanation-itu">{translate(textOf(explanation.comparability))}</p>
      </section>
      <Method figure={figure} address={address} />
    </>
  )
}
