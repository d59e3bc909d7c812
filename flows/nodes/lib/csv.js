const DELIMITERS = [',', ';', '\t', '|']

/**
 * The rows of a CSV text (RFC 4180 quotes; any line end) as `{line, cells, text, isEnded}`; the delimiter is the one that
 * the header has most of, unless it is given. `isEnded` is false for a last line without a line end: it may not be whole.
 */
function parseCsv(text, delimiter) {
  const source = text.replace(/^\ufeff/, '')
  const separator = delimiter || mostOf(source.slice(0, source.search(/\r|\n|$/)))
  const rows = []
  let line = 1
  for (let at = 0; at < source.length; ) {
    const row = readRow(source, at, separator)
    if (row.text.trim() !== '')
      rows.push({ line, cells: row.cells, text: row.text, isEnded: row.isEnded, isBroken: row.isBroken })
    line += row.lines
    at = row.end
  }
  return rows
}

const mostOf = (header) =>
  DELIMITERS.reduce((best, next) => (header.split(next).length > header.split(best).length ? next : best))

function readRow(source, start, separator) {
  const cells = []
  let cell = ''
  let at = start
  let isQuoted = false
  let lines = 1
  for (; at < source.length; at++) {
    const char = source[at]
    if (isQuoted) {
      if (char === '\n') lines += 1
      if (char !== '"') cell += char
      else if (source[at + 1] === '"') cell += source[++at]
      else isQuoted = false
    } else if (char === '"' && cell.trim() === '') {
      isQuoted = true
      cell = ''
    } else if (char === separator) {
      cells.push(cell.trim())
      cell = ''
    } else if (char === '\n' || char === '\r') break
    else cell += char
  }
  cells.push(cell.trim())
  const isEnded = at < source.length
  const end = source[at] === '\r' && source[at + 1] === '\n' ? at + 2 : at + 1
  return { cells, text: source.slice(start, at), end, lines, isEnded, isBroken: isQuoted }
}

module.exports = { parseCsv }
