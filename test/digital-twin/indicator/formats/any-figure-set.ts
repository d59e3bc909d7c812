import fc from 'fast-check'
import {
  ACCESSES,
  CLASSES,
  CONF_STATUSES,
  DOMAINS,
  INDICATORS,
  OBS_STATUSES,
} from '../../../../digital-twin/indicator/codes.ts'
import type { AreaLabel, Figure, FigureSet } from '../../../../digital-twin/indicator/figure.ts'
import { spanOf } from '../../../../digital-twin/indicator/formats/span.ts'
import { inOrder } from '../../../../digital-twin/indicator/order.ts'

const CODES = ['66', '24133', '00004', '24328', '66_U', '66_PRE202507', '1']
const PERIODS = ['2024', '2025', '2025-Q4', '2025-12', '2025-11', '2025-12-31'] as const

const typed = fc.constantFrom(
  'Xã Ea Kao',
  'a, b',
  'say "so"',
  'two\r\nlines',
  "=HYPERLINK('x')",
  '@x',
  ' spaced ',
  '<b>&',
)

const figure = (isDetail: boolean): fc.Arbitrary<Figure> =>
  fc
    .record({
      area: fc.constantFrom(...CODES),
      indicator: fc.constantFrom(...INDICATORS),
      access: fc.constantFrom(...ACCESSES),
      domain: fc.constantFrom(...DOMAINS),
      class: fc.constantFrom(...CLASSES),
      period: fc.constantFrom(...PERIODS),
      number: fc.option(fc.nat({ max: 9_999_999_999 }), { freq: 4 }),
      status: fc.constantFrom(...OBS_STATUSES),
      conf: fc.constantFrom(...CONF_STATUSES),
      basis: fc.constantFrom('average', 'census', null),
      comment: fc.option(typed),
    })
    .map((one): Figure => {
      const { decimals = 0 } = one.indicator
      const digits = String(one.number).padStart(decimals + 1, '0')
      const value = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
      return {
        freq: one.period.includes('Q')
          ? 'Q'
          : one.period.length === 4
            ? 'A'
            : one.period.length === 7
              ? 'M'
              : 'D',
        area: one.area,
        geoVersion: '2025-07',
        indicator: one.indicator.id,
        access: one.access.id,
        domain: isDetail ? one.domain.id : '_T',
        class: isDetail ? one.class.id : '_T',
        period: one.period,
        coverage: 'COMBINED',
        referenceDate: spanOf(one.period)?.to ?? '',
        num: null,
        den: null,
        value: one.number === null ? null : value,
        decimals,
        obsStatus: one.status.id,
        confStatus: one.conf.id,
        popBasis: one.basis,
        popYear: one.basis === null ? null : 2025,
        methodVersion: '1.0.0',
        comment: one.comment,
      }
    })

export const cellOf = (one: Figure): string =>
  [one.freq, one.area, one.indicator, one.access, one.domain, one.class, one.period].join('.')

/** Any figures, no two of one cell, in canonical order; names and comments with all that CSV, XML and spreadsheets mind. */
export const anyFigureSet = (isDetail = false): fc.Arbitrary<FigureSet> =>
  fc
    .record({
      figures: fc.uniqueArray(figure(isDetail), { selector: cellOf, minLength: 1, maxLength: 40 }),
      names: fc.array(typed, { minLength: CODES.length, maxLength: CODES.length }),
      isSynthetic: fc.boolean(),
    })
    .map(({ figures, names, isSynthetic }) => ({
      agency: 'VN66',
      methodVersion: '1.0.0',
      windowDays: 90,
      asOf: null,
      preparedAt: '2026-02-15T00:00:00Z',
      release: null,
      isSynthetic,
      areas: CODES.map(
        (code, i): AreaLabel => ({
          code,
          geoVersion: '2025-07',
          nameVi: names[i] ?? '',
          nameEn: code,
          level: 'commune',
          parent: null,
        }),
      ),
      figures: inOrder(figures),
    }))
