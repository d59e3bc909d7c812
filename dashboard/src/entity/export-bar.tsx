import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Resolution } from '../curves/resolution.ts'
import { attempt } from '../state/asked.ts'
import { quantityName } from '../state/catalogue.ts'
import { setQuery } from '../state/route.ts'
import { isSimulated } from '../state/sign-in.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import type { Entity } from '../wire/entity.ts'
import type { ChartLine } from './chart-lines.ts'
import { fileName } from './csv.ts'
import { unitOf } from './quantities.ts'
import { CSV_ROWS_MAX, saveCsv } from './save-csv.ts'
import { type Picture, savePng } from './save-png.ts'
import type { Window } from './view.ts'
import { w } from './words.ts'

interface Props {
  readonly entity: Entity
  readonly window: Window
  readonly resolution: Resolution
  readonly keys: readonly string[]
  readonly isTable: boolean
  readonly pictures: () => readonly Picture[]
}

type Saving = { readonly rows: number } | { readonly note: string } | { readonly error: string } | null

/** The curves in other shapes: a table, a file of numbers, a picture. */
export function ExportBar(props: Props) {
  const { isTable, keys } = props
  const saving = useSignal<Saving>(null)
  const isStopped = useRef(false)
  // Nobody waits for it on another page.
  useEffect(
    () => () => {
      isStopped.current = true
    },
    [],
  )
  const state = saving.value
  const isBusy = state !== null && 'rows' in state
  return (
    <div class="export-bar">
      <button
        type="button"
        class="button"
        aria-pressed={isTable}
        data-testid="toggle-table"
        onClick={() => setQuery({ table: isTable ? null : 'true' })}
      >
        {w('table.title')}
      </button>
      <button
        type="button"
        class="button"
        disabled={isBusy || keys.length === 0}
        data-testid="export-csv"
        onClick={() => void csv(props, saving, isStopped)}
      >
        {w('export.csv')}
      </button>
      <button
        type="button"
        class="button"
        disabled={keys.length === 0}
        data-testid="export-png"
        onClick={() => void png(props, saving)}
      >
        {w('export.png')}
      </button>
      {isBusy && (
        <button
          type="button"
          class="button"
          onClick={() => {
            isStopped.current = true
          }}
        >
          {w('export.stop')}
        </button>
      )}
      <span role="status" class={state !== null && 'error' in state ? 'error small' : 'muted small'}>
        {state !== null && 'rows' in state && w('export.rows', { count: formatCount(state.rows) })}
        {state !== null && 'note' in state && state.note}
        {state !== null && 'error' in state && state.error}
      </span>
    </div>
  )
}

async function csv(
  { entity, window, resolution, keys }: Props,
  saving: Signal<Saving>,
  isStopped: { current: boolean },
): Promise<void> {
  isStopped.current = false
  saving.value = { rows: 0 }
  let rows = 0
  let isWhole = true
  const order = {
    ...window,
    resolution,
    entityId: entity.id,
    sources: keys.map((key) => ({ key, unit: unitOf(key) })),
  }
  const error = await attempt(async () => {
    isWhole = await saveCsv(
      order,
      (so) => {
        rows = so
        saving.value = { rows }
      },
      () => isStopped.current,
    )
  })
  const count = formatCount(rows)
  const most = formatCount(CSV_ROWS_MAX)
  if (error !== null) saving.value = { error }
  else if (isStopped.current) saving.value = { note: w('export.stopped') }
  else saving.value = { note: isWhole ? w('export.saved', { count }) : w('export.cut', { most }) }
}

async function png({ entity, window, resolution, pictures }: Props, saving: Signal<Saving>): Promise<void> {
  const { fromMs, toMs } = window
  const drawn = pictures()
  saving.value = drawn.length === 0 ? { note: w('curves.empty') } : null
  if (drawn.length === 0) return
  const legendOf = (line: ChartLine) => {
    const text = [line.label, quantityName(line.key)].filter((part) => part !== null).join('  ')
    const now = { colour: line.colour, text, isEarlier: false }
    const before = { colour: line.colour, text: `${text} · ${w('compare.earlier')}`, isEarlier: true }
    return line.earlier === null ? [now] : [now, before]
  }
  await savePng({
    title: entity.name === null ? entity.id : `${entity.name} (${entity.id})`,
    subtitle: [
      `${formatMoment(fromMs)} – ${formatMoment(toMs)}`,
      w(`resolution.${resolution}`),
      ...(isSimulated.value ? [w('export.simulated')] : []),
    ].join(' · '),
    pictures: drawn,
    legendOf,
    fileName: fileName(entity.id, fromMs, toMs, '.png'),
  })
}
