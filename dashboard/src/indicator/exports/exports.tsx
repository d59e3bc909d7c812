import { useSignal } from '@preact/signals'
import { areaName } from '../../state/catalogue.ts'
import { reportAddress, reportYear } from '../report-address.ts'
import { queryOf, view } from '../view.ts'
import { w } from './words.ts'
import './exports.css'

/** Those for people first. */
const FORMATS = ['xlsx', 'csv', 'sdmx-csv', 'sdmx-json', 'json-stat', 'json'] as const
const SERVICES = {
  data: '/sdmx/v2/data/dataflow/VN66/DF_IOT/1.0.0/*',
  structure: '/sdmx/v2/structure/dataflow/VN66/DF_IOT/1.0.0?references=all',
  catalogue: '/api/v1/indicators/catalogue',
} as const

/** What is on screen, for others to work with; each with what it is good for. */
export function Exports() {
  const isWhole = useSignal(true)
  const { area } = view.value
  const name = areaName(area) ?? area
  const scope = isWhole.value ? { area: null } : {}
  const year = reportYear()
  return (
    <div class="exports" data-testid="exports">
      <section class="card export-card" aria-labelledby="exports-title">
        <h3 class="card-title" id="exports-title">
          {w('title')}
        </h3>
        <fieldset class="segments" aria-label={w('scope.label')}>
          {[true, false].map((whole) => (
            <button
              type="button"
              class="segment"
              key={String(whole)}
              aria-pressed={isWhole.value === whole}
              onClick={() => {
                isWhole.value = whole
              }}
            >
              {whole ? w('all') : w('one', { name })}
            </button>
          ))}
        </fieldset>
        <p class="muted small">{w('scope')}</p>
        <ul class="export-list">
          {FORMATS.map((format) => (
            <li key={format}>
              <a
                href={`/api/v1/indicators/iot-per-capita?${queryOf(view.value, { ...scope, format })}`}
                download={format === 'json' ? undefined : true}
                data-testid={`export-${format}`}
              >
                {w(`${format}.name`)}
              </a>
              <span class="muted">{w(`${format}.for`)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card export-card" aria-labelledby="services-title">
        <h3 class="card-title" id="services-title">
          {w('services.title')}
        </h3>
        <ul class="export-list">
          {(['data', 'structure', 'catalogue'] as const).map((service) => (
            <li key={service}>
              <a href={SERVICES[service]} target="_blank" rel="noreferrer" data-testid={`export-${service}`}>
                {w(`${service}.name`)}
              </a>
              <span class="muted">{w(`${service}.for`)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card export-card" aria-labelledby="report-title">
        <h3 class="card-title" id="report-title">
          {w('report.title')}
        </h3>
        <p class="muted">{w('report.for')}</p>
        <ul class="export-list">
          {(['vi', 'en'] as const).map((lang) => (
            <li key={lang}>
              <a href={reportAddress(lang)} target="_blank" rel="noreferrer" data-testid={`report-${lang}`}>
                {w(`report.${lang}`, { year })}
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
