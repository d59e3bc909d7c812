import { z } from 'zod'
import { addDays, localDate, localDayStart, type Micros, microsNow } from '../core/time.ts'
import { spanOf } from '../digital-twin/indicator/formats/span.ts'
import { WINDOW_DAYS } from '../digital-twin/indicator/method.ts'
import { AsOf, Day } from './schemas.ts'

const today = () => localDate(microsNow())

const Past = AsOf.refine((time) => time < localDayStart(addDays(today(), 1)), 'lies in the future')

const NOT_BEGUN = 'has not begun: nothing can be counted yet'
const hasBegun = (period: string): boolean => (spanOf(period)?.from ?? '') <= today()

const PeriodText = z
  .string()
  .refine((text) => spanOf(text) !== null, 'takes 2025, 2025-Q4, 2025-12 or a day')
  .refine(hasBegun, NOT_BEGUN)

/** A local day, on which something can have been counted. */
const CountedDay = Day.refine(hasBegun, NOT_BEGUN)

export const WhenQuery = {
  period: PeriodText.optional().describe(
    '2025, 2025-Q4, 2025-12 or a day; its last day is the reference date',
  ),
  date: CountedDay.optional().describe('the reference date; today if neither date nor period is given'),
  asOf: Past.optional().describe(
    'the newest release published by then; before the first, what was known then',
  ),
  inputsAsOf: Past.optional().describe('computed anew from what was known then, whatever was published'),
}

interface When {
  readonly period?: string | undefined
  readonly date?: string | undefined
  readonly asOf?: Micros | undefined
  readonly inputsAsOf?: Micros | undefined
}

/** Two words for one thing would leave open which of them holds. */
export const saidOnce = <T extends z.ZodType<When>>(query: T): T =>
  query
    .refine(({ period, date }) => period === undefined || date === undefined, {
      message: 'takes period or date, not both',
      path: ['date'],
    })
    .refine(({ asOf, inputsAsOf }) => asOf === undefined || inputsAsOf === undefined, {
      message: 'takes asOf or inputsAsOf, not both',
      path: ['inputsAsOf'],
    })

export const periodOf = ({ period, date }: When): string => period ?? date ?? today()

export const knownAt = ({ asOf, inputsAsOf }: When, windowDays: number = WINDOW_DAYS) => ({
  asOf: asOf ?? null,
  inputsAsOf: inputsAsOf ?? null,
  windowDays,
  isLive: asOf === undefined && inputsAsOf === undefined,
})
