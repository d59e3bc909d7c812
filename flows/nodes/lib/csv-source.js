const { csvReadings, rowsAfter, positionAfter } = require('./csv-readings.js')

const ROWS_MAX = 20_000
const BAD_KNOWN_MAX = 1000

/** What of a CSV source was sent: one position a device, kept by `kept`, moved on only by what was acknowledged. */
class CsvSource {
  #options
  #kept
  #positions = null
  #unfinished = null
  #badKnown = new Set()
  #waiting = 0

  constructor(options, kept) {
    this.#options = options
    this.#kept = kept
  }

  /** Rows were given, and it is not known yet whether they were acknowledged. */
  get isWaiting() {
    return this.#waiting > 0
  }

  /** The new rows as one part a device `{device, payload, position}`, and the bad lines that were not told yet. */
  async take(text) {
    this.#positions ??= await this.#kept.read({})
    const { rows, bad, unfinished } = csvReadings(text, this.#options)
    const whole = rows.filter(({ isEnded }) => isEnded || unfinished === this.#unfinished)
    this.#unfinished = unfinished
    const parts = [...Map.groupBy(whole, ({ device }) => device ?? '')].flatMap(([device, all]) =>
      this.#partOf(device, all),
    )
    this.#waiting += parts.length
    return { parts, rows: rows.length, bad: bad.length, news: this.#newsOf(bad, unfinished) }
  }

  /** Oldest first, so that what is left over is later than what is sent. */
  #partOf(device, all) {
    const before = this.#positions[device]
    const fresh = rowsAfter(all, before)
      .sort((a, b) => a.time - b.time)
      .slice(0, ROWS_MAX)
    if (fresh.length === 0) return []
    const payload = fresh.map(({ time, values }) => ({ time: new Date(time).toISOString(), values }))
    return [{ device, payload, position: positionAfter(fresh, before) }]
  }

  #newsOf(bad, unfinished) {
    // A last line that is not written to its end yet is no bad line.
    const news = bad.filter(({ text }) => !this.#badKnown.has(text) && text !== unfinished)
    for (const { text } of news) this.#badKnown.add(text)
    if (this.#badKnown.size > BAD_KNOWN_MAX) this.#badKnown.clear()
    return news
  }

  /** A part came back: acknowledged, or refused, and then its rows are given again. */
  async settle({ device, position }, isAcknowledged) {
    this.#waiting = Math.max(0, this.#waiting - 1)
    if (!isAcknowledged) return
    this.#positions[device] = position
    await this.#kept.write(this.#positions)
  }
}

module.exports = { CsvSource }
