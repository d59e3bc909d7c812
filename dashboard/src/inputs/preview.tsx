import { TableScroll } from '../indicator/table-scroll.tsx'
import { formatCount } from '../text/format.ts'
import { detailText } from './detail-words.ts'
import { fieldName } from './field-words.ts'
import type { Report, ReportItem, Verdict } from './wire.ts'
import { w } from './words.ts'

const VERDICTS = ['fault', 'revision', 'new', 'unchanged'] as const
const SIGNS: Readonly<Record<Verdict, string>> = { fault: '✗', revision: '↻', new: '+', unchanged: '=' }

interface Props {
  readonly file: File
  readonly report: Report
  readonly isBusy: boolean
  store(): void
}

/** What would become of each row. */
export function Preview({ file, report, isBusy, store }: Props) {
  const toStore = report.new + report.revisions
  const isFaulty = report.faulty > 0
  return (
    <section class="preview" aria-labelledby="preview-title" data-testid="preview">
      <h3 class="card-title" id="preview-title">
        {w('preview.title')}
      </h3>
      <p class="muted">{w('preview.rows', { name: file.name, count: formatCount(report.file.rows) })}</p>
      <Counts report={report} />
      <p class={isFaulty ? 'error' : ''} role="status" data-testid="preview-verdict">
        {isFaulty
          ? w('preview.fault', { count: formatCount(report.faulty) })
          : w(toStore === 0 ? 'preview.nothing' : 'preview.good')}
      </p>
      {report.warnings.length > 0 && (
        <div class="preview-warnings">
          <b>{w('preview.warnings')}</b>
          <ul lang="en">
            {report.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
      {!isFaulty && toStore > 0 && (
        <button
          type="button"
          class="button button-main preview-store"
          disabled={isBusy}
          onClick={store}
          data-testid="upload-store"
        >
          {isBusy ? w('upload.storing') : w('upload.confirm', { count: formatCount(toStore) })}
        </button>
      )}
      <Items kind={report.kind} items={report.items} />
      {report.cut > 0 && <p class="muted">{w('preview.cut', { count: formatCount(report.cut) })}</p>}
    </section>
  )
}

function Counts({ report }: { report: Report }) {
  const counts = {
    fault: report.faulty,
    revision: report.revisions,
    new: report.new,
    unchanged: report.unchanged,
  }
  return (
    <ul class="preview-counts">
      {VERDICTS.map((verdict) => (
        <li key={verdict} class={`verdict-of-${verdict}`} data-testid={`count-${verdict}`}>
          {SIGNS[verdict]} {w(`verdict.${verdict}`)} <b>{formatCount(counts[verdict])}</b>
        </li>
      ))}
    </ul>
  )
}

function Items({ kind, items }: { kind: string; items: readonly ReportItem[] }) {
  return (
    <TableScroll label={w('preview.title')} class="preview-scroll">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col" class="right">
              {w('col.row')}
            </th>
            <th scope="col">{w('col.verdict')}</th>
            <th scope="col">{w('col.field')}</th>
            <th scope="col">{w('col.detail')}</th>
            <th scope="col">{w('col.change')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Item key={`${item.row} ${item.field} ${item.detail}`} kind={kind} item={item} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

function Item({ kind, item }: { kind: string; item: ReportItem }) {
  const { row, verdict, field, detail, before, after } = item
  // What changes stands in a column of its own.
  const { text, lang } = detailText(verdict === 'revision' ? (detail.split(': ')[0] ?? detail) : detail)
  return (
    <tr data-testid="preview-row" data-verdict={verdict}>
      <td class="right">{row === 0 ? w('wholeFile') : formatCount(row)}</td>
      <td class={`verdict-of-${verdict}`}>
        {SIGNS[verdict]} {w(`verdict.${verdict}`)}
      </td>
      <td>{field === '' ? '–' : fieldName(kind, field)}</td>
      <td lang={lang} class="preview-detail">
        {text}
      </td>
      <td>
        {before !== null && after !== null && (
          <ul>
            {Object.keys(after).map((name) => (
              <li key={name}>
                {fieldName(kind, name)}: {String(before[name] ?? '–')} → <b>{String(after[name] ?? '–')}</b>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  )
}
