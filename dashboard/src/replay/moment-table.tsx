import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Mark } from '../marks/mark.tsx'
import { areaName, quantityName, typeName } from '../state/catalogue.ts'
import { orderedQuantities } from '../table/main-values.ts'
import { rowWindow } from '../table/row-window.ts'
import { useScrollView } from '../table/scroll-view.ts'
import { valueText } from '../table/value-cell.tsx'
import { formatClock, formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { Course } from './lines.ts'
import { changeOf, entityAt } from './moment.ts'
import { chosen, step } from './player.ts'
import { atStep, type Recording, sinceStep } from './recording.ts'
import { w } from './words.ts'

const VALUES_MAX = 3

/** The states of all at the moment; only the rows in sight are in the page. */
export function MomentTable({ recording }: { recording: Recording }) {
  const scroller = useRef<HTMLElement>(null)
  const view = useScrollView(scroller).value
  const { courses } = recording
  // Chosen on the map or in an alarm: its row comes in sight.
  useSignalEffect(() => {
    const index = courses.findIndex(({ id }) => id === chosen.value)
    if (index >= 0 && scroller.current) reveal(scroller.current, index)
  })
  const slots = rowWindow({ ...view, count: courses.length, keep: -1 })
  return (
    <div class="card list replay-list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="rows" ref={scroller} tabIndex={0} aria-label={w('table')}>
        <table class="table" aria-label={w('table')} aria-rowcount={courses.length + 1}>
          <thead>
            <tr class="row-head" aria-rowindex={1}>
              <th scope="col" class="cell cell-state">
                {w('state')}
              </th>
              <th scope="col" class="cell cell-id">
                {w('entity')}
              </th>
              <th scope="col" class="cell cell-area">
                {w('area')}
              </th>
              <th scope="col" class="cell cell-values">
                {w('values')}
              </th>
            </tr>
          </thead>
          <tbody>
            {slots.flatMap(({ index, skipped }) => {
              const course = courses[index]
              return [
                skipped > 0 && (
                  <tr
                    class="row-skipped"
                    style={{ height: `${skipped * view.rowPx}px` }}
                    key={`before ${index}`}
                  />
                ),
                course && <Row recording={recording} course={course} index={index} key={course.id} />,
              ]
            })}
          </tbody>
        </table>
        {courses.length === 0 && <p class="rows-empty">{w('none')}</p>}
      </section>
    </div>
  )
}

function reveal(scroller: HTMLElement, index: number): void {
  const rowPx = scroller.querySelector<HTMLElement>('.row')?.offsetHeight ?? 0
  const headPx = scroller.querySelector('thead')?.offsetHeight ?? 0
  const topPx = index * rowPx
  const isInSight =
    topPx >= scroller.scrollTop && topPx + rowPx + headPx <= scroller.scrollTop + scroller.clientHeight
  if (!isInSight) scroller.scrollTop = topPx
}

interface RowProps {
  readonly recording: Recording
  readonly course: Course
  readonly index: number
}

function Row({ recording, course, index }: RowProps) {
  const now = step.value
  const entity = entityAt(course, now, true)
  const freshness = atStep(course.freshness, now)
  const isNews = now > 0 && atStep(course.freshness, now - 1) !== freshness
  const shown = orderedQuantities(entity).slice(0, VALUES_MAX)
  const changes = shown.map(([key]) => changeOf(course, key, now))
  const isChanged = isNews || changes.some((change) => change !== null)
  const choose = (): void => {
    chosen.value = chosen.value === course.id ? null : course.id
  }
  return (
    <tr
      class={`row${chosen.value === course.id ? ' row-chosen' : ''}${isChanged ? ' replay-changed' : ''}`}
      aria-rowindex={index + 2}
      data-testid="replay-row"
      data-entity={course.id}
      data-freshness={freshness}
      data-changed={isChanged}
      onClick={choose}
    >
      <td class="cell cell-state">
        <span class="state">
          <Mark freshness={freshness ?? null} />
          <span class="two-lines">
            {freshness === undefined ? (
              <span class="muted">{w('notYet')}</span>
            ) : (
              <span class={`state-${freshness}`}>{t(`state.${freshness}`)}</span>
            )}
            <span class="second">{isNews ? w('changed') : sinceText(recording, course, now)}</span>
          </span>
        </span>
      </td>
      <td class="cell cell-id">
        <span class="two-lines">
          <button
            type="button"
            class="replay-name line"
            aria-pressed={chosen.value === course.id}
            title={course.id}
          >
            {course.name ?? course.id}
          </button>
          <span class="line second">{typeName(course.type)}</span>
        </span>
      </td>
      <td class="cell cell-area">{areaName(course.area) ?? w('noArea')}</td>
      <td class="cell cell-values">
        <span class="values">
          {shown.map(([key, state], i) => {
            const change = changes[i] ?? null
            return (
              <span class="value-cell" key={key}>
                <span class="value-head">
                  <span class="value-name">{quantityName(key)}</span>
                </span>
                <span class="value-line">
                  <span class="value" data-testid="replay-value" data-quantity={key}>
                    {valueText(key, state, formatValue)}
                  </span>
                  {state.value !== null && <span class="unit">{formatUnit(state.unit)}</span>}
                  {change && (
                    <span class="replay-arrow" role="img" aria-label={w(change)}>
                      {ARROWS[change]}
                    </span>
                  )}
                </span>
              </span>
            )
          })}
        </span>
      </td>
    </tr>
  )
}

/** Since when it has been so. */
function sinceText({ timeOf }: Recording, { freshness }: Course, now: number): string {
  const since = sinceStep(freshness, now)
  if (since === undefined) return ''
  return since === 0 ? w('before') : w('since', { time: formatClock(timeOf(since)) })
}

const ARROWS = { up: '▲', down: '▼', changed: '●' } as const
