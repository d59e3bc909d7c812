import { localDate, type Micros, parseRfc3339 } from '../../core/time.ts'

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const MIDNIGHT = 'T00:00:00+07:00'
export const COMMISSIONED = '2025-01-01'
const HEARD = '2025-12-20T08:00:00+07:00'

export interface Fact {
  readonly id: string
  readonly access: string
  readonly role?: 'gateway'
  readonly area?: string | null
  readonly isTest?: true
  readonly retired?: string
  readonly moved?: readonly [area: string, from: string]
  readonly sims?: readonly string[]
  readonly heard?: readonly [event: string, receivedAt?: string]
}

const iccid = (n: number): string => `89840480000123456${String(n).padStart(2, '0')}`

/** The devices of the worked case, as its table states them. */
export const FACTS: readonly Fact[] = [
  { id: 'D1', access: 'lpwan', heard: [HEARD] },
  { id: 'D2', access: 'cellular', sims: [iccid(2)], heard: [`2025-10-03${MIDNIGHT}`] },
  { id: 'D3', access: 'cellular', sims: [iccid(3)], heard: ['2025-10-02T23:59:59+07:00'] },
  { id: 'D4', access: 'cellular', sims: [iccid(4), iccid(14)], heard: [HEARD] },
  {
    ...{ id: 'D5', access: 'cellular', area: '24328', sims: [iccid(5)] },
    heard: ['2025-12-30T08:00:00+07:00', '2026-01-20T08:00:00+07:00'],
  },
  { id: 'D6', access: 'cellular', moved: ['24328', '2025-12-15'], sims: [iccid(6)], heard: [HEARD] },
  { id: 'D7', access: 'cellular', isTest: true, sims: [iccid(7)], heard: [HEARD] },
  {
    id: 'D8',
    access: 'cellular',
    retired: '2025-12-20',
    sims: [iccid(8)],
    heard: ['2025-12-01T08:00:00+07:00'],
  },
  { id: 'D9', access: 'cellular', sims: [iccid(9)] },
  { id: 'D10', access: 'short-range', heard: [HEARD] },
  { id: 'D11', access: 'cellular', area: null, sims: [iccid(11)], heard: [HEARD] },
  { id: 'G1', access: 'cellular', role: 'gateway', sims: [iccid(21)], heard: [HEARD] },
  { id: 'G2', access: 'cellular', role: 'gateway', sims: [iccid(22)], heard: [HEARD] },
  { id: 'G3', access: 'wired', role: 'gateway', heard: [HEARD] },
]

/** The same as files for the imports, in the order in which they go in. */
export const FILES: readonly (readonly [path: string, lines: readonly string[]])[] = [
  [
    '/devices/import',
    [
      'id,type,role,access,area,test,validFrom,retiredAt,recordedAt',
      ...FACTS.map(({ id, role = 'end-device', access, area = '24133', isTest = false, retired = '' }) =>
        [id, 'water-meter', role, access, area ?? '', isTest, COMMISSIONED, retired, COMMISSIONED].join(','),
      ),
    ],
  ],
  [
    '/device-areas/import',
    [
      'device,area,validFrom,recordedAt',
      ...FACTS.flatMap(({ id, moved }) => (moved ? [[id, ...moved, moved[1]].join(',')] : [])),
    ],
  ],
  [
    '/sims/import',
    [
      'device,iccid,from,recordedAt',
      ...FACTS.flatMap(({ id, sims = [] }) =>
        sims.map((sim) => [id, sim, COMMISSIONED, COMMISSIONED].join(',')),
      ),
    ],
  ],
  [
    '/activity/import',
    [
      'device,date,receivedAt',
      ...FACTS.flatMap(({ id, heard }) =>
        heard ? [[id, localDate(us(heard[0])), heard[1] ?? heard[0]].join(',')] : [],
      ),
    ],
  ],
]
