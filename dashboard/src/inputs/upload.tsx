import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { attempt } from '../state/asked.ts'
import { language } from '../state/preferences.ts'
import { formatCount } from '../text/format.ts'
import { postFile } from '../wire/client.ts'
import { type Kind, pathOf } from './kinds.ts'
import { Preview } from './preview.tsx'
import type { Report } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly kind: Kind
  stored(): void
}

interface Checked {
  readonly file: File
  readonly report: Report
}

/** A file is judged first, row by row, and stored only once somebody has seen the verdict. */
export function Upload({ kind, stored }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const checked = useSignal<Checked | null>(null)
  const done = useSignal<Report | null>(null)
  const fault = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  const name = useSignal<string | null>(null)

  const send = async (file: File, isDryRun: boolean): Promise<Report | null> => {
    if (isBusy.value) return null
    isBusy.value = true
    const query = new URLSearchParams({ name: file.name, dryRun: String(isDryRun) })
    let report: Report | null = null
    fault.value = await attempt(async () => {
      report = await postFile<Report>(`${pathOf(kind)}/import?${query}`, file)
    })
    isBusy.value = false
    return report
  }
  const check = async (event: Event): Promise<void> => {
    event.preventDefault()
    const file = input.current?.files?.[0]
    done.value = null
    checked.value = null
    if (file === undefined) {
      fault.value = w('upload.none')
      return
    }
    const report = await send(file, true)
    if (report !== null) checked.value = { file, report }
  }
  const store = async ({ file }: Checked): Promise<void> => {
    const report = await send(file, false)
    if (report === null) return
    checked.value = null
    done.value = report
    if (input.current !== null) input.current.value = ''
    name.value = null
    stored()
  }
  return (
    <section class="card inputs-card" aria-labelledby="upload-title" data-testid="upload">
      <h2 class="card-title" id="upload-title">
        {w('upload.title')}
      </h2>
      <Templates kind={kind} />
      <form class="upload-form" onSubmit={(event) => void check(event)}>
        <label class="button upload-file">
          {w('upload.file')}
          <input
            ref={input}
            type="file"
            class="visually-hidden"
            accept=".csv,.xlsx,text/csv"
            onChange={() => {
              checked.value = null
              fault.value = null
              name.value = input.current?.files?.[0]?.name ?? null
            }}
            data-testid="upload-file"
          />
        </label>
        <span class={name.value === null ? 'muted' : ''}>{name.value ?? w('upload.noFile')}</span>
        <button type="submit" class="button button-main" disabled={isBusy.value} data-testid="upload-check">
          {w(isBusy.value && checked.value === null ? 'upload.busy' : 'upload.check')}
        </button>
        <p class="muted small">{w('upload.first')}</p>
      </form>
      {fault.value !== null && (
        <p class="error" role="alert" data-testid="upload-fault">
          {fault.value}
        </p>
      )}
      {checked.value !== null && (
        <Preview
          {...checked.value}
          isBusy={isBusy.value}
          store={() => {
            if (checked.value !== null) void store(checked.value)
          }}
        />
      )}
      {done.value !== null && <Done report={done.value} />}
    </section>
  )
}

function Templates({ kind }: { kind: Kind }) {
  return (
    <p class="upload-templates">
      {w('template')}{' '}
      {(['xlsx', 'csv'] as const).map((format) => (
        <a
          key={format}
          href={`/api/v1${pathOf(kind)}/template?${new URLSearchParams({ format, lang: language.value })}`}
          download
          data-testid={`template-${format}`}
        >
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  )
}

function Done({ report }: { report: Report }) {
  return (
    <p class="upload-done" role="status" data-testid="upload-done">
      ✓{' '}
      {w('upload.stored', {
        new: formatCount(report.new),
        revisions: formatCount(report.revisions),
        unchanged: formatCount(report.unchanged),
      })}
    </p>
  )
}
