import { type Judged, judged, rounded, shownJudged, textTable } from './figures.ts'
import { faultsOf, messagesPerSecond } from './measure.ts'
import { type Duration, generate } from './run-generator.ts'
import { PACED_PER_SECOND } from './scenarios.ts'
import { type Subject, withSubject } from './subject.ts'

export interface StreamFigures {
  readonly name: string
  readonly entities: number
  readonly messagesPerSecond: number
  readonly eventsPerSecond: number
  /** From the publish of a reading to its PUBACK in the same run: what is above it is the stream's. */
  readonly acknowledgedP99Ms: number
  /** From the publish of a reading to the arrival of the event that carries it. */
  readonly p50Ms: number
  readonly p99Ms: Judged
  readonly faults: readonly string[]
}

const P99_MS_MAX = 250

/** One reader of the whole stream while as many entities publish at a steady rate. The stream sends an entity once per
 *  turn, as it then is, so few entities show the delay alone and many show how much a reader is given. */
export function measureStream(
  subject: Subject,
  entities: number,
  duration: Duration,
): Promise<StreamFigures> {
  const content = { devices: entities, rowsPerDevice: 0, hasYear: false }
  return withSubject(subject, content, async (running) => {
    const scenario = {
      name: 'stream',
      connections: entities,
      inFlight: 10,
      messagesPerSecond: PACED_PER_SECOND,
    }
    const load = await generate(running, scenario, duration, true)
    const stream = load.stream ?? { events: 0, p50Ms: Number.NaN, p99Ms: Number.NaN }
    const faults = faultsOf([load], await running.account())
    if (stream.events === 0) faults.push('no event of the stream carried a new reading')
    return {
      name: subject.name,
      entities,
      messagesPerSecond: messagesPerSecond(load),
      eventsPerSecond: Math.round((stream.events / load.elapsedMs) * 1000),
      acknowledgedP99Ms: rounded(load.p99Ms),
      p50Ms: rounded(stream.p50Ms),
      p99Ms: judged(stream.p99Ms, P99_MS_MAX),
      faults,
    }
  })
}

export const streamTable = (figures: readonly StreamFigures[]): string =>
  textTable(
    ['publish to event', 'entities', 'messages/s', 'events/s', 'PUBACK p99 ms', 'p50 ms', 'p99 ms'],
    figures.map((f) => [
      f.name,
      String(f.entities),
      String(f.messagesPerSecond),
      String(f.eventsPerSecond),
      f.acknowledgedP99Ms.toFixed(1),
      f.p50Ms.toFixed(1),
      shownJudged(f.p99Ms),
    ]),
    1,
  )
