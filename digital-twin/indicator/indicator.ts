import { InTurn } from '../../core/in-turn.ts'
import { addDays, formatTime, localDate, type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import { listAllAreas } from '../../store/areas.ts'
import { crosswalksKnownAt } from '../../store/crosswalks.ts'
import type { Db } from '../../store/db.ts'
import { listReleases, type Release, releaseAt } from '../../store/releases.ts'
import { sensitivity } from '../../store/tallies.ts'
import { composeInTurns } from './compose.ts'
import type { AreaLabel, Figure, FigureSet, ReleaseRef } from './figure.ts'
import { figureKey } from './figure-key.ts'
import type { FigureSetRequest, FigureSource } from './figure-source.ts'
import { territoriesOf } from './geography.ts'
import { AGENCY, HOME_PROVINCE } from './home.ts'
import type { PeriodInputs } from './inputs.ts'
import { METHOD_VERSION, WINDOW_DAYS } from './method.ts'
import { inOrder } from './order.ts'
import { type Period, readPeriod } from './period.ts'
import { placesOf, unlocated } from './places.ts'
import { readInputs } from './read-inputs.ts'
import { releasedFigures, releasedInputs, releaseRef } from './releases/read.ts'
import { withheldByPublished } from './releases/siblings.ts'
import { Remembered } from './remembered.ts'

/** The figures of one period with all that they follow from. */
export interface Computed {
  readonly inputs: PeriodInputs
  readonly figures: readonly Figure[]
  /** The same by figureKey. */
  readonly byKey: ReadonlyMap<string, Figure>
  readonly release: ReleaseRef | null
  /** RFC 3339. */
  readonly preparedAt: string
}

export interface WindowCount {
  readonly windowDays: number
  readonly connections: number
}

/** The window of the method, and those that show what hangs on it. */
const WINDOWS = [30, 90, 365]

export type KnownAt = Pick<FigureSetRequest, 'asOf' | 'inputsAsOf' | 'windowDays' | 'isLive'>

/** Published sets hold some twenty thousand figures a period. */
const SETS_MAX = 12

/** Figures of so many periods that were not published are computed or wait for it; whoever asks for more is told to come again. */
const WAITING_MAX = 12

/** Too many wait already. */
class Busy extends Error {
  readonly statusCode = 503
  constructor() {
    super('others ask for figures of days that were not published: try again')
  }
}

/** The indicator of one installation: what was published, what was known at an instant, and what is known now. */
export class Indicator implements FigureSource {
  readonly #db: Db
  readonly #isSynthetic: boolean
  readonly #computed = new Remembered<Computed>(SETS_MAX)
  readonly #byWindow = new Remembered<readonly WindowCount[]>(SETS_MAX)
  readonly #listeners: (() => void)[] = []
  readonly #turn = new InTurn()
  #waiting = 0

  constructor(db: Db, isSynthetic: boolean) {
    this.#db = db
    this.#isSynthetic = isSynthetic
  }

  /** Somebody has changed what figures follow from: nothing that was worked out before holds. */
  forget(): void {
    this.#computed.forget()
    this.#byWindow.forget()
    for (const listener of this.#listeners) listener()
  }

  onForget(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** One period. Throws RangeError where the text is none. */
  async period(text: string, known: KnownAt): Promise<Computed> {
    const period = readPeriod(text)
    if (!period) throw new RangeError(`${text} is no period: takes 2025, 2025-Q4, 2025-12 or 2025-12-31`)
    const isComputed = known.isLive || known.inputsAsOf !== null || known.windowDays !== WINDOW_DAYS
    const release = isComputed ? null : await releaseAt(this.#db, period.period, known.asOf ?? microsNow())
    const at = known.inputsAsOf ?? known.asOf
    const key = `${period.period} ${release?.id ?? `at ${at}`} ${known.windowDays}`
    return this.#computed.get(key, () =>
      release ? this.#published(release, period) : this.#inTurn(period, at, known.windowDays),
    )
  }

  /** Each asks for a count of all devices: one at a time, and only so many wait. */
  async #inTurn(period: Period, asOf: Micros | null, windowDays: number): Promise<Computed> {
    if (this.#waiting >= WAITING_MAX) throw new Busy()
    this.#waiting++
    return this.#turn.do(() => this.#compute(period, asOf, windowDays)).finally(() => this.#waiting--)
  }

  async #published(release: Release, { period }: Period): Promise<Computed> {
    const inputs = await releasedInputs(this.#db, release, period)
    const figures = await releasedFigures(this.#db, release, period)
    const ref = releaseRef(release)
    return { inputs, figures, byKey: byKey(figures), release: ref, preparedAt: ref.publishedAt }
  }

  async #compute(period: Period, asOf: Micros | null, windowDays: number): Promise<Computed> {
    const inputs = await readInputs(this.#db, {
      ...period,
      windowDays,
      asOf,
      methodVersion: METHOD_VERSION,
      isFinal: false,
      isSynthetic: this.#isSynthetic,
      province: HOME_PROVINCE,
    })
    const preparedAt = formatTime(asOf ?? microsNow())
    const figures = await composeInTurns(inputs, {
      withheldBefore: await withheldByPublished(this.#db, inputs),
    })
    return { inputs, figures, byKey: byKey(figures), release: null, preparedAt }
  }

  /** The province's connections by windows of other lengths, from the same evidence. */
  byWindow({ inputs }: Computed): Promise<readonly WindowCount[]> {
    const { period, asOf, referenceDate, windowDays, province } = inputs
    return this.#byWindow.get(`${period} ${asOf}`, () => {
      const isWhole = !inputs.areas.some(({ level, code }) => level === 'province' && code !== province)
      const members = placesOf(inputs).find(({ area }) => area === province)?.members ?? []
      const areas = [...members].map((code) => (code === unlocated(province) ? null : code))
      return sensitivity(this.#db, {
        ...{ referenceDate, windowDays, windows: WINDOWS },
        asOf: asOf === null ? null : parseRfc3339(asOf),
        ...(isWhole ? {} : { areas }),
      })
    })
  }

  async figureSet(request: FigureSetRequest): Promise<FigureSet> {
    const periods = request.periods ?? (await this.#usualPeriods(request.asOf))
    const computed: Computed[] = []
    for (const period of periods) computed.push(await this.period(period, request))
    const [first] = computed
    const areas = labelsOf(computed, request)
    const codes = new Set(areas.map(({ code }) => code))
    const releases = new Set(computed.map(({ release }) => release?.id ?? null))
    return {
      agency: AGENCY,
      methodVersion: first?.inputs.methodVersion ?? METHOD_VERSION,
      windowDays: request.windowDays,
      asOf: first?.release?.asOf ?? first?.inputs.asOf ?? null,
      preparedAt: first?.preparedAt ?? formatTime(microsNow()),
      release: releases.size === 1 ? (first?.release ?? null) : null,
      isSynthetic: computed.some(({ inputs }) => isMadeUp(inputs)),
      areas,
      figures: inOrder(
        computed
          .flatMap(({ figures }) => figures.filter((figure) => isAskedFor(figure, request, codes)))
          // The population stands beside whatever is divided by it.
          .map((figure) => ({ ...figure, coverage: request.coverage })),
      ),
    }
  }

  async areaLabels(): Promise<AreaLabel[]> {
    const areas = await listAllAreas(this.#db)
    const geographies = { areas, crossings: await crosswalksKnownAt(this.#db, null) }
    const territories = [...new Set(areas.map(({ geoVersion }) => geoVersion))].flatMap((version) =>
      territoriesOf(
        geographies,
        areas.filter(({ geoVersion }) => geoVersion === version),
        HOME_PROVINCE,
      ),
    )
    return areaLabels({ areas, province: HOME_PROVINCE, territories })
  }

  /** What is published; before anything is, the last whole year and month. */
  async #usualPeriods(asOf: Micros | null): Promise<readonly string[]> {
    const now = microsNow()
    const releases = await listReleases(this.#db, null, RELEASES_MAX)
    const published = releases.filter(({ publishedAt }) => publishedAt <= (asOf ?? now))
    if (published.length > 0) return [...new Set(published.flatMap(({ periods }) => periods))].sort()
    const today = localDate(now)
    return [`${Number(today.slice(0, 4)) - 1}`, addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7)]
  }
}

const RELEASES_MAX = 1000

const byKey = (figures: readonly Figure[]) => new Map(figures.map((figure) => [figureKey(figure), figure]))

function isAskedFor(
  { area, domain, class: of, coverage, indicator }: Figure,
  request: FigureSetRequest,
  codes: ReadonlySet<string>,
): boolean {
  return (
    codes.has(area) &&
    (request.isDetail || (domain === '_T' && of === '_T')) &&
    (coverage === request.coverage || indicator === 'POP')
  )
}

export const isMadeUp = ({ isSynthetic, populations, reports }: PeriodInputs): boolean =>
  isSynthetic || [...populations, ...reports].some((input) => input.isSynthetic)

/** Every area of a period, with the line of devices that have none, and the territories. */
export function areaLabels({
  areas,
  province,
  territories,
}: Pick<PeriodInputs, 'areas' | 'province' | 'territories'>): AreaLabel[] {
  const home = areas.find(({ code }) => code === province)
  const line: AreaLabel = {
    code: `${province}_U`,
    geoVersion: home?.geoVersion ?? '',
    nameVi: 'Không rõ địa bàn',
    nameEn: 'Area unknown',
    level: 'unknown',
    parent: province,
  }
  return [...areas, line, ...territories.map(({ label }) => label)]
}

function labelsOf(computed: readonly Computed[], { areas, level }: FigureSetRequest): AreaLabel[] {
  const found = new Map<string, AreaLabel>()
  for (const { inputs } of computed)
    for (const label of areaLabels(inputs))
      if (
        (areas === null || areas.includes(label.code)) &&
        (level === null || label.level === level || label.level === 'unknown')
      )
        found.set(`${label.code} ${label.geoVersion}`, label)
  return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}
