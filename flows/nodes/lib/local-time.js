const PARTS = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute', ss: 'second' }
const FIELDS = { year: 0, month: 1, day: 2, hour: 3, minute: 4, second: 5 }

/**
 * A reader of local times: `pattern` of yyyy MM dd HH mm ss and other characters as they stand, `zone` an IANA name.
 * Gives epoch ms, or null for what is no time there, an hour that the clocks skip included.
 */
function timeReader(pattern, zone) {
  const names = []
  const expression = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/yyyy|MM|dd|HH|mm|ss/g, (token) => {
      names.push(PARTS[token])
      return token === 'yyyy' ? '(\\d{4})' : '(\\d{1,2})'
    })
  const shape = new RegExp(`^${expression}$`)
  const clock = zoneClock(zone)
  return (text) => {
    const match = shape.exec(text)
    if (!match) return null
    const fields = [1970, 1, 1, 0, 0, 0]
    for (const [i, name] of names.entries()) fields[FIELDS[name]] = Number(match[i + 1])
    const wanted = Date.UTC(fields[0], fields[1] - 1, ...fields.slice(2))
    // 31 February, and hour 25, come out as another time than they went in.
    const back = new Date(wanted)
    const isCalendar =
      back.getUTCMonth() === fields[1] - 1 &&
      back.getUTCDate() === fields[2] &&
      back.getUTCHours() === fields[3] &&
      fields[4] < 60 &&
      fields[5] < 60
    if (!isCalendar) return null
    // The offset of a first guess may be that before a change of the clocks: the second guess is after it.
    const guess = wanted - (clock(wanted) - wanted)
    const time = wanted - (clock(guess) - guess)
    return clock(time) === wanted ? time : null
  }
}

/** Epoch ms to what the clocks of a zone show then, as if that were UTC. Throws for a zone that is not known. */
function zoneClock(zone) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (time) => {
    const parts = Object.fromEntries(
      format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
    )
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)
  }
}

module.exports = { timeReader, zoneClock }
