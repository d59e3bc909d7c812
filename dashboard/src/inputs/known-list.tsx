import { useSignal } from '@preact/signals'
import { TableScroll } from '../indicator/table-scroll.tsx'
import { errorText, useAsked } from '../state/asked.ts'
import { areaName } from '../state/catalogue.ts'
import { fold } from '../text/fold.ts'
import { formatCount, formatDay, formatMoment } from '../text/format.ts'
import { t, tIfKnown } from '../text/messages.ts'
import { fieldName } from './field-words.ts'
import { type Kind, pathOf } from './kinds.ts'
import { w } from './words.ts'

type Entry = Readonly<Record<string, unknown>>
/** Columns of their own only where one is set. */
const FLAGS: ReadonlySet<string> = new Set(['synthetic', 'imported', 'national'])
const STEP = 100

/** What is on record, with where it comes from and when it was entered. */
export function KnownList({ kind, version }: { kind: Kind; version: number }) {
  const { body, error } = useAsked<{ items: readonly Entry[] }>(pathOf(kind), version).value
  const search = useSignal('')
  const shown = useSignal(STEP)
  const entries = body?.items ?? []
  const found = entries.filter((entry) => fold(textOf(entry)).includes(fold(search.value)))
  return (
    <section class="card inputs-card" aria-labelledby="known-title" data-testid="known">
      <h2 class="card-title" id="known-title">
        {w('known.title')}
      </h2>
      {error !== null && (
        <p class="error" role="alert">
          {w('known.failed', { detail: errorText(error) })}
        </p>
      )}
      {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
      {body !== null && entries.length === 0 && <p class="muted">{w('known.none')}</p>}
      {entries.length > 0 && (
        <>
          <input
            class="input known-search"
            type="search"
            placeholder={w('known.search')}
            aria-label={w('known.search')}
            value={search.value}
            onInput={(event) => (search.value = event.currentTarget.value)}
          />
          <p class="muted small" role="status">
            {w('known.count', { count: formatCount(found.length) })}
          </p>
          <Table entries={found.slice(0, shown.value)} fields={fieldsOf(entries)} kind={kind} />
          {found.length > shown.value && (
            <button type="button" class="button" onClick={() => (shown.value += STEP)}>
              {w('known.more')}
            </button>
          )}
        </>
      )}
    </section>
  )
}

/** In the order in which the server gives them; what says nothing anywhere is left out. */
function fieldsOf(entries: readonly Entry[]): string[] {
  const said = entries.flatMap((entry) => Object.keys(entry).filter((name) => entry[name] !== null))
  const isTrueOf = (name: string): boolean => entries.some((entry) => entry[name] === true)
  const hidden = isTrueOf('imported') ? [] : ['enteredAt']
  return [...new Set(said)].filter((name) => !hidden.includes(name) && (!FLAGS.has(name) || isTrueOf(name)))
}

const textOf = (entry: Entry): string =>
  Object.entries(entry)
    .map(([name, value]) => shownAs(name, value))
    .join(' ')

interface TableProps {
  readonly kind: Kind
  readonly entries: readonly Entry[]
  readonly fields: readonly string[]
}

function Table({ kind, entries, fields }: TableProps) {
  return (
    <TableScroll label={w('known.title')} class="known-scroll">
      <table class="figures">
        <thead>
          <tr>
            {fields.map((field) => (
              <th scope="col" key={field} class={isNumber(entries[0]?.[field], field) ? 'right' : ''}>
                {fieldName(kind, field)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={JSON.stringify(entry)} data-testid="known-entry">
              {fields.map((field) => (
                <td key={field} class={isNumber(entry[field], field) ? 'right' : ''}>
                  {shownAs(field, entry[field])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

const isNumber = (value: unknown, field: string): boolean => typeof value === 'number' && field !== 'year'

function shownAs(field: string, value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return w(value ? 'yes' : 'no')
  if (typeof value === 'number') return isNumber(value, field) ? formatCount(value) : String(value)
  const text = String(value)
  if (field === 'area') return `${areaName(text) ?? text} (${text})`
  if (field === 'basis') return tIfKnown(`basis.${text}`) ?? text
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return formatMoment(Date.parse(text))
  return /^\d{4}-\d\d-\d\d$/.test(text) ? formatDay(Date.parse(text)) : text
}
