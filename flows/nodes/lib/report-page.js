/** A day's report as a page for people and as CSV for sheets. */

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;margin:24px;color:#1c2733}table{border-collapse:collapse}th,td{padding:4px 12px;border-bottom:1px solid #d5dde5;text-align:left}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.warn{color:#a33}'

function reportHtml({ day, groups, missing }) {
  const rows = groups.map(
    ({ area, areaName, type, fresh, late, silent, consumption }) =>
      `<tr><td>${text(areaName ?? area ?? 'no area')}</td><td>${text(type)}</td><td class="n">${fresh}</td><td class="n">${late}</td><td class="n">${silent > 0 ? `<b class="warn">${silent}</b>` : silent}</td><td>${consumption.map(({ quantity, sum, unit, entities }) => `${text(quantity)}: ${number(sum)} ${text(unit)} <small>(${entities})</small>`).join('<br>')}</td></tr>`,
  )
  const warning =
    missing.length === 0
      ? ''
      : `<p class="warn">No figure for ${missing.length}: ${missing
          .slice(0, 20)
          .map(({ id, why }) => `${text(id)} (${text(why)})`)
          .join(', ')}</p>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Plumbline ${day}</title><style>${STYLE}</style>
<h1>Daily report, ${day}</h1><p>Freshness is that of the time of the report; consumption is that of the day (UTC+7), from meter reading to meter reading, with the number of meters it is the sum of.</p>
<table><tr><th>Area<th>Type<th class="n">Fresh<th class="n">Late<th class="n">Silent<th>Consumption</tr>
${rows.join('\n')}
</table>${warning}</html>`
}

/** One line an entity and quantity; RFC 4180, with a BOM, without which Excel reads UTF-8 wrongly. */
function reportCsv({ day, lines }) {
  const head = [
    'day',
    'area',
    'type',
    'entity',
    'freshness',
    'last_seen',
    'quantity',
    'consumption',
    'unit',
    'note',
  ]
  const rows = lines.map(({ area, type, id, freshness, lastSeen, quantity, value, unit, note }) =>
    [day, area, type, id, freshness, lastSeen, quantity, value, unit, note].map(cell).join(','),
  )
  return `\ufeff${[head.join(','), ...rows].join('\r\n')}\r\n`
}

// A text that a sheet would run as a formula gets an apostrophe; numbers stay numbers.
const cell = (value) => {
  if (value === null || value === undefined) return ''
  const shown = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}
const number = (value) => Number(value.toPrecision(12)).toLocaleString('en-GB', { maximumFractionDigits: 3 })
const text = (value) => String(value).replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)

module.exports = { reportHtml, reportCsv }
