import { type Judged, judged, median, shownJudged, textTable } from './figures.ts'
import { YEAR } from './fill.ts'
import { type Api, type Content, type Subject, withSubject } from './subject.ts'

export interface ReadFigures {
  readonly name: string
  readonly rows: number
  readonly entities: number
  /** Last state of all entities in one answer. */
  readonly entitiesMs: Judged
  /** A year of one series, by the hour. */
  readonly yearBuckets: number
  readonly yearMs: Judged
  /** From the making of the process until it is ready. */
  readonly startMs: Judged
}

const ENTITIES_MS_MAX = 100
const YEAR_MS_MAX = 50
const START_MS_MAX = 10_000
const WARM_UP_READS = 5
const READS = 15
const DAY_MS = 86_400_000

/** Start and reads of a platform that holds so much. */
export function measureReads(subject: Subject, content: Content): Promise<ReadFigures> {
  return withSubject(subject, content, async ({ api, rows, startMs }) => {
    if (!api) throw new Error(`${subject.name} has no HTTP API`)
    const entities = await timeEntities(api, content.devices)
    const year = await timeItems(api, yearPath())
    return {
      name: subject.name,
      rows,
      entities: entities.items,
      entitiesMs: judged(entities.p50Ms, ENTITIES_MS_MAX),
      yearBuckets: year.items,
      yearMs: judged(year.p50Ms, YEAR_MS_MAX),
      startMs: judged(startMs, START_MS_MAX),
    }
  })
}

/** Fails unless all entities are in the answer. */
export async function timeEntities(api: Api, entities: number): Promise<{ items: number; p50Ms: number }> {
  const timed = await timeItems(api, '/api/v1/entities?limit=10000')
  if (timed.items !== entities) throw new Error(`${timed.items} entities in the answer, not ${entities}`)
  return timed
}

function yearPath(): string {
  const from = new Date(Date.now() - YEAR.days * DAY_MS).toISOString()
  return `/api/v1/entities/${YEAR.entity}/observations?quantity=${YEAR.quantity}&resolution=1h&from=${from}&limit=10000`
}

/** How many items the answer has, and how long it takes until its last byte is read. */
async function timeItems({ url, token }: Api, path: string): Promise<{ items: number; p50Ms: number }> {
  const read = async () => {
    const startedAtMs = performance.now()
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    const body = Buffer.from(await response.arrayBuffer())
    const ms = performance.now() - startedAtMs
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${body}`)
    return { ms, body }
  }
  for (let i = 1; i < WARM_UP_READS; i++) await read()
  const { items } = JSON.parse((await read()).body.toString()) as { items: unknown[] }
  const times: number[] = []
  for (let i = 0; i < READS; i++) times.push((await read()).ms)
  return { items: items.length, p50Ms: median(times) }
}

export const readsTable = (figures: readonly ReadFigures[]): string =>
  textTable(
    ['reads', 'rows', 'entities', 'last state of all ms', 'year by the hour ms', 'start ms'],
    figures.map((f) => [
      f.name,
      String(f.rows),
      String(f.entities),
      shownJudged(f.entitiesMs),
      shownJudged(f.yearMs),
      shownJudged(f.startMs),
    ]),
    1,
  )
