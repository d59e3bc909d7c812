import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import jsonStatToolkit from 'jsonstat-toolkit'
import Papa from 'papaparse'
import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

/** A second case done by hand, of which all goes in by the files beside this one. Window 2025-10-03 … 2025-12-31.
 *
 *  22015: E1 (district 555 until June), E2 (one power meter registered twice, by MQTT and LoRaWAN), E3, E5 (moved here on the
 *  reference date; from V4 on it is known that it did not), E17 (retired when the year was over; no SIM told: one), E18 (two SIMs).
 *  E14 was never heard, G2 is a gateway.
 *  24163: E4 (moved away the day after), E6 (its SIM went to E7 in November), E7, E8-new (was E8-old), E10 (received on
 *  2026-02-01), H1-H5 of five households; G1 a gateway with a SIM. E12 on trial, E13 and E8-old retired, E15 last heard on 10-02.
 *  24133: from V4 on E9, of one household, withheld; so is 24163 then, or it would follow from the sum of both.
 *  66_U: E11, and E20 in a district that is no more; E19 of another is retired. E16 came after the reference date. */
const RELEASES = [
  { id: 'V1', periods: ['2024'], day: '2025-02-01', final: true },
  { id: 'V2', periods: ['2025'], day: '2026-01-15' },
  { id: 'V3', periods: ['2025'], day: '2026-02-15' },
  {
    id: 'V4',
    periods: ['2025'],
    day: '2026-03-15',
    kind: 'CORRECTION',
    reason: 'E5 đã không chuyển địa bàn',
  },
  { id: 'V5', periods: ['2025'], day: '2026-07-01', final: true },
] as const

const INDICATORS = [
  'IOT_CONN',
  'IOT_REG',
  'M2M_SIM',
  'POP',
  'IOT_CONN_PC',
  'IOT_CONN_P100',
  'M2M_SIM_P100',
  'TARGET_GAP',
] as const
type Row = readonly (string | null)[]
const row = (text: string): Row => text.split(' ').map((value) => (value === '-' ? null : value))

/** By release and area, in the order of the indicators; -: no value. */
const PAPER: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  V1: {
    '555': row('2 2 0 5 0.4000 40.00 0.00 3'),
    '643': row('2 2 2 8 0.2500 25.00 25.00 6'),
    '54': row('2 2 0 5 0.4000 40.00 0.00 3'),
    '66': row('2 2 2 8 0.2500 25.00 25.00 6'),
    '66_U': row('0 0 0 - - - - -'),
  },
  V2: {
    '22015': row('6 7 4 12 0.5000 50.00 33.33 6'),
    '24163': row('9 11 4 16 0.5625 56.25 25.00 7'),
    '24133': row('0 0 0 4 0.0000 0.00 0.00 4'),
    '66': row('17 20 8 32 0.5313 53.13 25.00 15'),
    '66_U': row('2 2 0 - - - - -'),
  },
  V3: {
    '22015': row('6 7 4 12 0.5000 50.00 33.33 6'),
    '24163': row('10 11 5 16 0.6250 62.50 31.25 6'),
    '24133': row('0 0 0 4 0.0000 0.00 0.00 4'),
    '66': row('18 20 9 32 0.5625 56.25 28.13 14'),
    '66_U': row('2 2 0 - - - - -'),
  },
  V4: {
    '22015': row('5 6 3 12 0.4167 41.67 25.00 7'),
    '24163': row('- - - 16 - - - -'),
    '24133': row('- - - 4 - - - -'),
    '66': row('19 21 9 32 0.5938 59.38 28.13 13'),
    '66_U': row('2 2 0 - - - - -'),
  },
  V5: {
    '22015': row('5 6 3 12 0.4167 41.67 25.00 7'),
    '24163': row('- - - 20 - - - -'),
    '24133': row('- - - 4 - - - -'),
    '66': row('19 21 9 36 0.5278 52.78 25.00 17'),
    '66_U': row('2 2 0 - - - - -'),
  },
}
const FILES = [
  'devices',
  'device-areas',
  'sims',
  'activity',
  'populations',
  'reported-connections',
  'reported-connections/sims',
  'comparators',
]

let platform: PlatformProcess
const ask = async (path: string, accept?: string): Promise<Response> => {
  const response = await fetch(`${platform.http}${path}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(accept ? { accept } : {}) },
  })
  assert.equal(response.status, 200, `${path}: ${response.status}`)
  return response
}
const figures = (query: string) => ask(`/api/v1/indicators/iot-per-capita?${query}`)
const sdmx = (query: string, accept: string) =>
  ask(`/sdmx/v2/data/dataflow/VN66/DF_IOT/1.0.0/A.*.*._T?${query}`, `application/vnd.sdmx.data+${accept}`)
const bring = async (path: string, name: string, id?: string) => {
  const response = await fetch(`${platform.http}/api/v1/${path}/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'text/csv' },
    body: readFileSync(new URL(`./second-case/${name}.csv`, import.meta.url)),
  })
  const text = await response.text()
  assert.equal(response.status, 201, `${path}: ${text}`)
  return id ? (new RegExp(`^${id},${id},(.*)$`, 'm').exec(text.replaceAll('\r', ''))?.[1] ?? '') : ''
}

let passwordOfGateway = ''
beforeAll(async () => {
  platform = await startSharedPlatform()
  for (const path of FILES) {
    const password = await bring(path, path.replace('/', '-'), path === 'devices' ? 'G2' : undefined)
    if (password) passwordOfGateway = password
  }
  await bring('device-areas', 'device-areas-correction')
  for (const { day, ...release } of RELEASES) {
    const made = await platform.api('POST', '/releases', { ...release, asOf: day, publishedAt: day })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
})
afterAll(() => platform.kill('SIGTERM'))

const number = (value: unknown): number | null =>
  value === null || value === undefined || value === '' ? null : Number(value)
const onPaper = (id: string, area: string, columns: readonly string[]) =>
  columns.map((column) => number(PAPER[id]?.[area]?.[INDICATORS.indexOf(column as 'POP')]))

/** Members of the tidy CSV, and of the sheet, by indicator. */
const TIDY = {
  IOT_CONN: 'connections',
  IOT_REG: 'registered',
  M2M_SIM: 'm2m_subscriptions',
  POP: 'population',
  IOT_CONN_PC: 'per_person',
  IOT_CONN_P100: 'per_100',
  M2M_SIM_P100: 'm2m_per_100',
  TARGET_GAP: 'target_gap',
}

describe('the second worked case', () => {
  for (const { id, day, periods } of RELEASES) {
    const query = `period=${periods[0]}&asOf=${day}`
    const areas = Object.keys(PAPER[id] ?? {})

    it(`${id}: JSON, the tidy CSV and the workbook say what paper says`, async () => {
      for (const area of areas) {
        const body = (await (await figures(`${query}&area=${area}`)).json()) as Record<string, unknown>
        assert.deepEqual(
          [body.connections, body.population, number(body.perPerson), (body.release as { id: string }).id],
          [...onPaper(id, area, ['IOT_CONN', 'POP', 'IOT_CONN_PC']), id],
          area,
        )
        const csv = await (await figures(`${query}&area=${area}&format=csv`)).text()
        const [line] = Papa.parse<Record<string, string>>(csv, { header: true, delimiter: ',' }).data
        assert.deepEqual(
          INDICATORS.map((one) => number(line?.[TIDY[one]])),
          onPaper(id, area, INDICATORS),
          area,
        )
      }
      const workbook = await figures(`${query}&area=66&format=xlsx&lang=en`)
      const [sheet] = await readXlsxFile(Buffer.from(await workbook.arrayBuffer()))
      const cells = sheet?.data[1] ?? []
      for (const value of onPaper(id, '66', INDICATORS))
        assert.ok(cells.includes(value), `workbook: ${value}`)
    })

    it(`${id}: SDMX-CSV 2.0 and 1.0, SDMX-JSON and JSON-stat say it too`, async () => {
      const [period] = periods
      const time = `c[TIME_PERIOD]=${period}&asOf=${day}`
      for (const version of ['2.0.0', '1.0.0']) {
        const text = await (await sdmx(time, `csv;version=${version}`)).text()
        const lines = Papa.parse<Record<string, string>>(text, { header: true, delimiter: ',' }).data
        for (const area of areas)
          assert.deepEqual(
            INDICATORS.map((one) => {
              const line = lines.find(({ REF_AREA, INDICATOR }) => REF_AREA === area && INDICATOR === one)
              return line?.OBS_VALUE || null
            }),
            PAPER[id]?.[area],
            `SDMX-CSV ${version} ${area}`,
          )
      }
      const { data } = (await (await sdmx(time, 'json;version=2.0.0')).json()) as SdmxJson
      const dimensions = data.structures[0]?.dimensions.series ?? []
      const found = new Map(
        Object.entries(data.dataSets[0]?.series ?? {}).map(([key, { observations }]) => [
          key
            .split(':')
            .map((at, i) => dimensions[i]?.values[Number(at)]?.id)
            .join('.'),
          number(observations['0']?.[0]),
        ]),
      )
      const stat = jsonStatToolkit(await (await figures(`${query}&format=json-stat`)).json())
      for (const area of areas) {
        assert.deepEqual(
          INDICATORS.map((one) => found.get(`A.${area}.${one}._T`) ?? null),
          onPaper(id, area, INDICATORS),
          `SDMX-JSON ${area}`,
        )
        const three = ['IOT_CONN', 'POP', 'IOT_CONN_PC']
        assert.deepEqual(
          three.map(
            (one) => stat.Data({ INDICATOR: one, REF_AREA: area, TIME_PERIOD: period ?? '' }).value ?? null,
          ),
          onPaper(id, area, three),
          `JSON-stat ${area}`,
        )
      }
    })
  }

  it('says of each number whether it is provisional, breaks a series or is withheld', async () => {
    const marks = async (day: string, area: string) => {
      const body = (await (await figures(`period=2025&asOf=${day}&area=${area}`)).json()) as Record<
        string,
        string
      >
      return [body.status, body.confStatus]
    }
    assert.deepEqual(await marks('2026-02-15', '22015'), ['P', 'F'])
    // Districts until 2024: 66 is not what it was.
    assert.deepEqual(await marks('2026-02-15', '66'), ['B', 'F'])
    assert.deepEqual(await marks('2026-03-15', '24133'), ['Q', 'C'])
    assert.deepEqual(await marks('2026-03-15', '24163'), ['Q', 'D'])
    assert.deepEqual(await marks('2026-07-01', '22015'), ['A', 'F'])
  })

  it('adds of operators’ reports what is known not to be on the platform', async () => {
    const of = async (indicator: string, coverage: string) => {
      const query = `period=2025&asOf=2026-02-15&area=66&indicator=${indicator}&coverage=${coverage}`
      const body = (await (await figures(query)).json()) as Record<string, string>
      return body.value
    }
    // X lists five SIMs, three of them here (E4, E5, E8-new); Y declares 4 of 10; of the 100 of Z nobody knows.
    assert.equal(await of('M2M_SIM', 'COMBINED'), '17')
    assert.equal(await of('M2M_SIM_P100', 'COMBINED'), '53.13')
    assert.equal(await of('IOT_CONN', 'COMBINED'), '26')
    assert.equal(await of('IOT_CONN_PC', 'COMBINED'), '0.8125')
    assert.equal(await of('M2M_SIM_P100', 'OPERATOR'), '359.38')
  })

  it('answers where a number comes from, where it stands, and how it came', async () => {
    const get = async (path: string) => (await ask(`/api/v1/indicators/${path}`)).json()
    const explained = (await get('explanation?area=66&period=2025&asOf=2026-02-15')) as {
      formula: string
      steps: { rule: string; count: number }[]
      sims: number
    }
    assert.equal(explained.formula, '18 / 32 = 0.5625')
    assert.deepEqual(
      explained.steps.map(({ rule, count }) => `${rule} ${count}`),
      'ALL 27,TEST 1,RETIRED 3,GATEWAY 2,SAME_DEVICE 1,REGISTERED 20,NEVER_HEARD 1,INACTIVE 1,ACTIVE 18'.split(
        ',',
      ),
    )
    assert.equal(explained.sims, 9)
    const isUpperAverage = async (area: string) => {
      const { target } = (await get(`iot-per-capita?area=${area}&period=2025&asOf=2026-02-15`)) as {
        target: { arms: { kind: string; met: boolean | null }[] }
      }
      return target.arms.find(({ kind }) => kind === 'upper-average')?.met
    }
    // Second of four provinces; a ward is none.
    assert.deepEqual([await isUpperAverage('66'), await isUpperAverage('22015')], [true, null])
    const ranking = (await get('ranking?period=2025&asOf=2026-02-15')) as {
      items: { area: string; rank: number | null }[]
    }
    assert.deepEqual(
      ranking.items.slice(0, 4).map(({ area, rank }) => [area, rank]),
      [
        ['24163', 1],
        ['22015', 2],
        ['24133', 3],
        ['22045', null],
      ],
    )
    const trend = (await get('trend?area=66&freq=A&from=2024-01-01&to=2025-12-31')) as {
      points: { period: string; perPerson: string }[]
    }
    assert.deepEqual(
      trend.points.map(({ period, perPerson }) => [period, perPerson]),
      [
        ['2024', '0.2500'],
        ['2025', '0.5278'],
      ],
    )
  })

  it('gives each change its reason', async () => {
    const reasons = async (id: string) => {
      const response = await ask(`/api/v1/releases/${id}/revisions`)
      const body = (await response.json()) as { reasons: { code: string }[] }
      return new Set(body.reasons.map(({ code }) => code))
    }
    assert.deepEqual(await reasons('V3'), new Set(['LATE_EVIDENCE']))
    assert.deepEqual(await reasons('V4'), new Set(['DEVICES_RECORDED', 'AREA_MOVED', 'SUPPRESSION']))
    assert.deepEqual(await reasons('V5'), new Set(['FINAL', 'POPULATION_REVISED']))
  })

  it('prints the figures of the final release in the yearly report', async () => {
    const html = await (await ask('/api/v1/indicators/report?year=2025&lang=vi')).text()
    const revised = 'Dân số được điều chỉnh (66: 32 → 36; dân số trung bình năm 2025; Niên giám 2025)'
    for (const text of ['0,5278', '0,4167', 'Phường Tuy Hoà', 'V5', revised])
      assert.ok(html.includes(text), text)
  })

  it('counts a gateway from the first reading of its own on, and changes nothing that is published', async () => {
    const sent = await fetch(`${platform.http}/ingest/devices/G2/readings`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`G2:${passwordOfGateway}`)}` },
      body: JSON.stringify({ time: '2025-12-15T08:00:00+07:00', values: { temperature: 21 } }),
    })
    assert.ok(sent.ok, await sent.text())
    const connections = async (query: string) =>
      ((await (await figures(`period=2025&area=22015&${query}`)).json()) as { connections: number })
        .connections
    await until('the gateway counts', async () => (await connections('')) === 6)
    assert.equal(await connections('asOf=2026-08-01'), 5)
  })
})

interface SdmxJson {
  readonly data: {
    readonly structures: readonly {
      dimensions: { series: readonly { values: readonly { id: string }[] }[] }
    }[]
    readonly dataSets: readonly { series: Record<string, { observations: Record<string, unknown[]> }> }[]
  }
}
