import type { System } from '../wire/system.ts'

/** `unused`: there is none, which may be as it should. */
export type State = 'unused' | 'good' | 'attention' | 'bad'

/** What is the matter, as a key of `words.ts`, with what the sentence is filled with. */
export interface Verdict {
  readonly state: State
  readonly advice: string | null
  readonly amount: number
}

export const SUBJECTS = [
  'intake',
  'lag',
  'queue',
  'connections',
  'process',
  'rejections',
  'database',
  'spool',
  'upstreams',
  'channels',
] as const
export type Subject = (typeof SUBJECTS)[number]

const GOOD: Verdict = { state: 'good', advice: null, amount: 0 }
const UNUSED: Verdict = { state: 'unused', advice: null, amount: 0 }
const attention = (advice: string, amount = 0): Verdict => ({ state: 'attention', advice, amount })
const bad = (advice: string, amount = 0): Verdict => ({ state: 'bad', advice, amount })

const STATES: readonly State[] = ['unused', 'good', 'attention', 'bad']
export const worstOf = (states: readonly State[]): State =>
  STATES[Math.max(STATES.indexOf('good'), ...states.map((state) => STATES.indexOf(state)))] ?? 'good'

export const isTrouble = (state: State): boolean => state === 'attention' || state === 'bad'

/** How each part does. Pure. */
export const judge = (system: System): Readonly<Record<Subject, Verdict>> => ({
  intake: intake(system),
  lag: lag(system),
  queue: queue(system),
  spool: spool(system),
  database: database(system),
  rejections: rejections(system),
  connections: connections(system),
  upstreams: upstreams(system),
  channels: channels(system),
  process: ofProcess(system),
})

function intake({ ready, reasons, messages, process }: System): Verdict {
  if (!ready && reasons.length > 0) return bad('intake.refused')
  return messages.m5 === 0 && process.uptimeS > 300 ? attention('intake.none') : GOOD
}

function lag({ pending, commitMs, rulesWaiting }: System): Verdict {
  if (pending.oldestS >= 30) return bad('lag.oldest', pending.oldestS)
  if (rulesWaiting >= 50_000) return bad('lag.rulesSkip', rulesWaiting)
  if (pending.oldestS >= 5) return attention('lag.oldest', pending.oldestS)
  if (commitMs !== null && commitMs.p95 >= 1000) return attention('lag.commits', commitMs.p95)
  return rulesWaiting >= 10_000 ? attention('lag.rules', rulesWaiting) : GOOD
}

function queue({ pending: { bytes, bytesMax } }: System): Verdict {
  const percent = Math.round((100 * bytes) / bytesMax)
  if (percent >= 95) return bad('queue.full', percent)
  return percent >= 80 ? attention('queue.nearlyFull', percent) : GOOD
}

function spool({ spool }: System): Verdict {
  if (spool === null) return UNUSED
  const percent = Math.round((100 * spool.bytes) / spool.bytesMax)
  if (percent >= 95) return bad('spool.full', percent)
  if (percent >= 80) return bad('spool.nearlyFull', percent)
  if (spool.isDatabaseAway) return attention('spool.filling', percent)
  return spool.messages > 0 ? attention('spool.draining', minutesToDrain(spool)) : GOOD
}

const minutesToDrain = ({ messages, drainPerSecond }: { messages: number; drainPerSecond: number }) =>
  drainPerSecond > 0 ? Math.max(1, Math.ceil(messages / drainPerSecond / 60)) : 0

function database({ database, rollups, time, process, observations }: System): Verdict {
  if (!database.isThere) return bad('database.away')
  if (database.answerMs !== null && database.answerMs >= 500)
    return attention('database.slow', database.answerMs)
  // Without readings nothing is to be rolled up; after a start a pass has yet to come.
  const late = rollups?.find(
    ({ until, behindSMax }) =>
      until !== null &&
      observations.m5 > 0 &&
      process.uptimeS > behindSMax &&
      Date.parse(time) - Date.parse(until) > behindSMax * 1000,
  )
  if (late !== undefined) return attention('database.rollups')
  return database.flavour === 'plain' ? attention('database.plain') : GOOD
}

function rejections({ rejected, history }: System): Verdict {
  const refused = rejected.reduce((sum, { count }) => sum + count, 0)
  if (refused === 0) return GOOD
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const all = sum(history.observations) * history.everyS
  // Too early to tell a share.
  if (all === 0) return attention('rejections.some', refused)
  const percent = Math.round((100 * refused) / Math.max(all, refused))
  if (percent >= 20) return bad('rejections.many', percent)
  return percent >= 1 ? attention('rejections.many', percent) : GOOD
}

const REFUSED_AN_HOUR = 60

function connections({ refused }: System): Verdict {
  const count = refused.reduce((sum, { count }) => sum + count, 0)
  return count >= REFUSED_AN_HOUR ? attention('connections.refused', count) : GOOD
}

function upstreams({ upstreams }: System): Verdict {
  if (upstreams.length === 0) return UNUSED
  const count = (state: string): number => upstreams.filter((one) => one.state === state).length
  if (count('failing') > 0) return bad('upstreams.failing', count('failing'))
  return count('connecting') > 0 ? attention('upstreams.connecting', count('connecting')) : GOOD
}

function channels({ channels }: System): Verdict {
  const on = channels?.filter(({ isEnabled }) => isEnabled) ?? []
  if (on.length === 0) return UNUSED
  const given = on.reduce((sum, { givenUp }) => sum + givenUp, 0)
  if (given > 0) return bad('channels.givenUp', given)
  const failing = on.reduce((sum, one) => sum + one.failing, 0)
  return failing > 0 ? attention('channels.failing', failing) : GOOD
}

function ofProcess({ process: { eventLoopMs } }: System): Verdict {
  if (eventLoopMs >= 1000) return bad('process.busy', eventLoopMs)
  return eventLoopMs >= 250 ? attention('process.busy', eventLoopMs) : GOOD
}
