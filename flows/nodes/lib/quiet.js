const { zoneClock } = require('./local-time.js')

const DAY_MINUTES = 24 * 60

/** Minutes since midnight of `HH:MM`; throws for anything else. */
function minutesOf(text) {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec((text ?? '').trim())
  if (!match) throw new Error(`${JSON.stringify(text)} is no time of day: takes HH:MM`)
  return Number(match[1]) * 60 + Number(match[2])
}

/** Whether it is quiet at an instant: from `from` (included) to `to` (not included) by the clocks of a zone, over midnight if
 *  `to` is the earlier one; never when both are the same. Throws at once for a wrong time or zone. */
function quietHours(from, to, zone) {
  const [start, end] = [minutesOf(from), minutesOf(to)]
  const clock = zoneClock(zone)
  return (time) => {
    const now = Math.floor(clock(time) / 60_000) % DAY_MINUTES
    return start <= end ? now >= start && now < end : now >= start || now < end
  }
}

module.exports = { quietHours }
