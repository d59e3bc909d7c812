const { createHash } = require('node:crypto')
const { parseCsv } = require('./csv.js')
const { timeReader } = require('./local-time.js')

/**
 * Turns the rows of a CSV text into readings. `options` are `{columns, timeColumn, timePattern, zone, deviceColumn?,
 * delimiter?, decimal}`; `columns` maps a column's name to a quantity, or to `{quantity, unit}`. Gives
 * `{rows: [{device, time, mark, values}], bad: [{line, why, text}], unfinished}`, or throws when the header does not fit.
 */
function csvReadings(text, options) {
  const [header, ...rows] = parseCsv(text, options.delimiter)
  if (!header) throw new Error('the file is empty')
  const indexOf = columnFinder(header.cells)
  const columns = Object.entries(options.columns).map(([name, to]) => ({
    index: indexOf(name),
    name,
    quantity: typeof to === 'string' ? to : to.quantity,
    unit: typeof to === 'string' ? undefined : to.unit,
  }))
  if (columns.length === 0) throw new Error('no columns are mapped')
  const context = {
    columns,
    width: header.cells.length,
    time: indexOf(options.timeColumn),
    device: options.deviceColumn ? indexOf(options.deviceColumn) : null,
    timeOf: timeReader(options.timePattern, options.zone),
    pattern: options.timePattern,
    decimal: options.decimal || '.',
  }
  const found = { rows: [], bad: [], unfinished: null }
  for (const row of rows) {
    if (!row.isEnded) found.unfinished = row.text
    const read = readRow(row, context)
    if (typeof read === 'string') found.bad.push({ line: row.line, why: read, text: row.text.slice(0, 200) })
    else found.rows.push({ ...read, mark: markOf(row.text), isEnded: row.isEnded })
  }
  return found
}

function columnFinder(header) {
  return (name) => {
    const index = header.indexOf(name)
    if (index < 0)
      throw new Error(`the file has no column "${name}"; it has ${header.join(', ').slice(0, 200)}`)
    return index
  }
}

/** The row's device, time and values, or why it is bad. */
function readRow({ cells, isBroken }, { columns, width, time, device, timeOf, pattern, decimal }) {
  if (isBroken) return 'a quote is not closed'
  if (cells.length !== width) return `${cells.length} cells, the header has ${width}`
  const at = timeOf(cells[time])
  if (at === null) return `time "${cells[time]}" is not ${pattern}`
  const id = device === null ? null : cells[device]
  if (id === '') return 'no device'
  const values = {}
  for (const { index, name, quantity, unit } of columns) {
    const cell = cells[index]
    if (cell === '') continue
    const number = decimal === ',' ? cell.replaceAll('.', '').replace(',', '.') : cell
    if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(number)) return `${name}: "${cell}" is no number`
    values[quantity] = unit === undefined ? Number(number) : { value: Number(number), unit }
  }
  if (Object.keys(values).length === 0) return 'no value'
  return { device: id, time: at, values }
}

const markOf = (text) => createHash('sha1').update(text).digest('base64url').slice(0, 12)

/** Rows after the position `{time, marks}`: later, or as late and not sent yet. */
const rowsAfter = (rows, position) =>
  position
    ? rows.filter(
        ({ time, mark }) =>
          time > position.time || (time === position.time && !position.marks.includes(mark)),
      )
    : rows

/** The position behind these rows. */
function positionAfter(rows, position) {
  const time = rows.reduce(
    (latest, row) => Math.max(latest, row.time),
    position?.time ?? Number.NEGATIVE_INFINITY,
  )
  const marks = rows.filter((row) => row.time === time).map(({ mark }) => mark)
  return { time, marks: position?.time === time ? [...new Set([...position.marks, ...marks])] : marks }
}

module.exports = { csvReadings, rowsAfter, positionAfter }
