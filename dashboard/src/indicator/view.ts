import { computed } from '@preact/signals'
import { PROVINCE_CODE } from '../state/catalogue.ts'
import { route } from '../state/route.ts'

export const TABS = ['places', 'progress', 'breakdown', 'releases', 'exports'] as const
export type Tab = (typeof TABS)[number]
export const TOTAL = '_T'
export const COVERAGES = ['PLATFORM', 'OPERATOR', 'COMBINED'] as const

/** What the address says of the page; null: as the server has it. */
export interface View {
  readonly tab: Tab
  /** `2025`, `2025-Q4`, `2025-12`; null: up to today. */
  readonly period: string | null
  readonly area: string
  readonly access: string
  readonly domain: string
  readonly class: string
  readonly coverage: string
  /** A day or an instant: the figures as they were published by then. */
  readonly asOf: string | null
}

export const view = computed(() => viewOf(route.value.query))

function viewOf(query: URLSearchParams): View {
  return {
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'places',
    period: query.get('period'),
    area: query.get('area') ?? PROVINCE_CODE,
    access: query.get('access') ?? TOTAL,
    domain: query.get('domain') ?? TOTAL,
    class: query.get('class') ?? TOTAL,
    coverage: query.get('coverage') ?? 'PLATFORM',
    asOf: query.get('asOf'),
  }
}

type Parts = Partial<
  Record<keyof View | 'level' | 'breakdown' | 'format' | 'freq' | 'indicator', string | null>
>

/** The query of the API for this view; `more` goes before it, and null leaves a part out. Totals need not be said. */
export function queryOf({ tab: _, ...of }: View, more: Parts = {}): string {
  const parts = Object.entries({ ...of, ...more })
  return new URLSearchParams(
    parts.flatMap(([name, value]) => (value === null || value === TOTAL ? [] : [[name, value]])),
  ).toString()
}

/** One cell of a table, by its codes. */
export type Cell = Pick<View, 'area' | 'access' | 'domain' | 'class'>

/** Whose computation is shown: `24133,_T,_T,_T`. */
export function cellOf(text: string | null): Cell | null {
  const [area, access = TOTAL, domain = TOTAL, cls = TOTAL] = text?.split(',') ?? []
  return area === undefined ? null : { area, access, domain, class: cls }
}

export const cellText = (cell: Cell): string => [cell.area, cell.access, cell.domain, cell.class].join()
