const DAY_MS = 24 * 3600_000
/** Days of the 1d rollup begin at 17:00Z: UTC+7, all year. */
const OFFSET_MS = 7 * 3600_000
const AT_ONCE = 4

/** Quantities that count up: what was used is the difference of two readings. */
const COUNTERS = [
  'water-volume',
  'gas-volume',
  'active-energy',
  'active-energy-exported',
  'reactive-energy',
  'thermal-energy',
  'vehicle-count',
]

/** The day `YYYY-MM-DD` (UTC+7) before the one of `now`. */
const yesterdayOf = (now) => new Date(now + OFFSET_MS - DAY_MS).toISOString().slice(0, 10)

/**
 * Gathers the report of one day. `ask` is `{entities(), buckets(id, quantity, from, to)}`; gives `{day, groups, lines,
 * missing}`: groups by area and type, one line an entity and counter, and the entities without a figure, with why.
 */
async function gatherReport(day, ask, areaNames) {
  const entities = await ask.entities()
  const start = Date.parse(`${day}T00:00:00Z`) - OFFSET_MS
  if (Number.isNaN(start)) throw new Error(`${day} is no day: takes YYYY-MM-DD`)
  const wanted = entities.flatMap((entity) => {
    const counters = Object.keys(entity.quantities).filter((name) => COUNTERS.includes(name.split('/')[0]))
    return counters.length > 0
      ? counters.map((quantity) => ({ entity, quantity }))
      : [{ entity, quantity: null }]
  })
  const lines = new Array(wanted.length)
  let next = 0
  const work = async () => {
    while (next < wanted.length) {
      const i = next++
      lines[i] = await lineOf(wanted[i], start, ask)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const missing = lines.filter(({ quantity, value }) => quantity !== null && value === null)
  return {
    day,
    groups: groupsOf(entities, lines, areaNames),
    lines,
    missing: missing.map(({ id, quantity, note }) => ({ id, quantity, why: note })),
  }
}

async function lineOf({ entity, quantity }, start, ask) {
  const { id, type, area, freshness, lastSeen, quantities } = entity
  const line = { id, type, area, freshness, lastSeen, quantity, value: null, unit: null, note: null }
  if (quantity === null) return line
  line.unit = quantities[quantity].unit
  const buckets = await ask.buckets(id, quantity, new Date(start - DAY_MS), new Date(start + DAY_MS))
  return { ...line, ...consumption(buckets, start) }
}

/** From the last reading of the day before, if there is one, to the last of the day: what flowed overnight counts too. */
function consumption(buckets, start) {
  const onDay = buckets.find(({ time }) => Date.parse(time) === start)
  const before = buckets.find(({ time }) => Date.parse(time) === start - DAY_MS)
  if (!onDay || onDay.last === null) return { value: null, note: 'no reading on this day' }
  const from = before?.last ?? onDay.first
  // A meter that was changed or set back has no difference that means anything.
  if (onDay.last < from) return { value: null, note: 'the counter went back' }
  const value = Number((onDay.last - from).toPrecision(12))
  return { value, note: before ? null : 'since its first reading of the day' }
}

function groupsOf(entities, lines, areaNames) {
  const keyOf = ({ area, type }) => `${area ?? ''} ${type}`
  const linesOf = Map.groupBy(lines, keyOf)
  const groups = [...Map.groupBy(entities, keyOf)].map(([key, members]) => {
    const { area, type } = members[0]
    const count = (freshness) => members.filter((member) => member.freshness === freshness).length
    return {
      area,
      areaName: areaNames.get(area) ?? null,
      type,
      fresh: count('fresh'),
      late: count('late'),
      silent: count('silent'),
      consumption: sumsOf(linesOf.get(key) ?? []),
    }
  })
  return groups.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function sumsOf(lines) {
  const valued = lines.filter(({ value }) => value !== null)
  return [...Map.groupBy(valued, ({ quantity }) => quantity)].map(([quantity, of]) => ({
    quantity,
    unit: of[0].unit,
    sum: Number(of.reduce((sum, { value }) => sum + value, 0).toPrecision(12)),
    entities: of.length,
  }))
}

module.exports = { gatherReport, yesterdayOf }
