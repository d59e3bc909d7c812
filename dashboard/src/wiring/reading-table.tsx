import { quantityName } from '../state/catalogue.ts'
import { formatExact, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import { CopyButton } from './copy-button.tsx'
import type { Reading } from './wire.ts'
import { w } from './words.ts'

const SHOWN_MAX = 50
const QUALITIES = ['good', 'implausible', 'estimated', 'bad'] as const

/** The readings of one message, and how an analyst finds them in the database. */
export function ReadingTable({ readings }: { readings: readonly Reading[] }) {
  if (readings.length === 0) return null
  return (
    <>
      <div class="scroll-x">
        <table class="readings">
          <thead>
            <tr>
              <th scope="col">{w('readings.device')}</th>
              <th scope="col">{t('panel.quantity')}</th>
              <th scope="col" class="right">
                {t('panel.value')}
              </th>
              <th scope="col">{t('panel.time')}</th>
              <th scope="col">{t('panel.quality')}</th>
            </tr>
          </thead>
          <tbody>
            {readings.slice(0, SHOWN_MAX).map((reading) => (
              <Row key={`${reading.path} ${reading.device} ${reading.channel}`} reading={reading} />
            ))}
          </tbody>
        </table>
      </div>
      {readings.length > SHOWN_MAX && (
        <p class="small muted">{w('readings.more', { count: String(SHOWN_MAX) })}</p>
      )}
      <Sql readings={readings} />
    </>
  )
}

function Row({ reading }: { reading: Reading }) {
  const { device, quantity, channel, value, unit, time, quality, path } = reading
  const known = QUALITIES.find((code) => code === quality)
  return (
    <tr title={path} data-testid="reading" data-quantity={quantity}>
      <td>{device}</td>
      <th scope="row">
        {quantityName(channel === '' ? quantity : `${quantity}/${channel}`)} <code>{quantity}</code>
      </th>
      <td class="right">
        <b>{typeof value === 'number' ? formatExact(value) : (value ?? '–')}</b>{' '}
        {typeof value === 'number' && formatUnit(unit)}
      </td>
      <td>{formatMoment(Date.parse(time))}</td>
      <td class={quality === 'good' ? '' : 'doubt'}>
        {known === undefined ? quality : t(`quality.${known}`)}
      </td>
    </tr>
  )
}

function Sql({ readings }: { readings: readonly Reading[] }) {
  const sql = readings.slice(0, SHOWN_MAX).flatMap(({ sql }) => (sql === undefined ? [] : [`${sql};`]))
  if (sql.length === 0) return null
  const text = sql.join('\n')
  return (
    <details>
      <summary>{w('readings.sql')}</summary>
      <div class="code-box">
        <CopyButton text={text} what="SQL" />
        <pre class="code code-short code-wrapped" data-testid="sql">
          {text}
        </pre>
      </div>
    </details>
  )
}
