import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

describe.skipIf(!canShowPages)('the page of an entity', () => {
  let browser: Browser
  let platform: PlatformProcess
  const faults: string[] = []
  const asked: string[] = []
  beforeAll(async () => {
    browser = await launchChromium()
    platform = await startSharedPlatform()
  })
  afterAll(async () => {
    await browser.close()
    await platform.kill('SIGTERM')
  })

  async function openPage(hash: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    await page.addInitScript(() => localStorage.setItem('plumbline.language', 'en'))
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) faults.push(message.text())
    })
    page.on('request', (request) => asked.push(request.url()))
    // Not by the address: the overview would draw its map first.
    await page.request.post(`${platform.http}/api/v1/session`, { data: { token: ADMIN_TOKEN } })
    await page.goto(platform.http + hash)
    await page.waitForSelector('body[data-ready=true]')
    return page
  }
  const textOf = (page: Page, selector: string) => async () => (await page.textContent(selector)) ?? ''
  const readOut = (key: string) => `[data-testid=legend-row][data-quantity="${key}"] [data-testid=read-out]`

  /** Three phases, a minute apart over the last two hours and the same of the day before, with half an hour of silence. */
  function history(nowMs: number) {
    const ages = Array.from({ length: 120 }, (_, i) => 120 - i).filter((age) => age <= 60 || age > 90)
    return [DAY_MS, 0].flatMap((earlierMs) =>
      ages.map((age) => ({
        time: new Date(nowMs - age * MINUTE_MS - earlierMs).toISOString(),
        values: {
          'active-power/L1': age + 0.123,
          'active-power/L2': age + 100 + earlierMs / DAY_MS,
          'active-power/L3': age + 200,
          'voltage/L1': age === 30 ? 50_000 : 230,
        },
      })),
    )
  }

  it('shows its curves with gaps, beside the day before, as the address says, and saves them', async () => {
    const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
    const secret = await platform.addDevice('tf-1', { type: 'transformer', intervalS: 60 })
    const client = await connectDevice(platform.mqttPort, 'tf-1', secret)
    const past = history(nowMs)
    await publish(client, 'devices/tf-1/readings', past)
    const page = await openPage('/#/entities/tf-1?window=6h')
    await page.waitForSelector('[data-unit=kW] canvas')
    await page.waitForSelector('[data-testid=curves-status][data-resolution=raw]')
    // The newest of each phase; all three and the voltage on charts below each other.
    await until('L1', async () => /^1\.123 kW/.test(await textOf(page, readOut('active-power/L1'))()))
    assert.equal(await page.locator('[data-unit=kW] [data-testid=legend-row]').count(), 3)
    await page.waitForSelector('[data-unit=V] canvas')
    assert.match(await textOf(page, '[data-unit=V]')(), /1 implausible not drawn/)

    // Under the pointer: nothing within the silence, and what was measured beside it.
    const hover = async (ageMinutes: number) => {
      const box = await page.locator('[data-unit=kW] .u-over').boundingBox()
      assert.ok(box)
      await page.mouse.move(box.x + box.width * (1 - ageMinutes / 360), box.y + box.height / 2)
    }
    await hover(75)
    await until('the gap', async () => /^–/.test(await textOf(page, readOut('active-power/L1'))()))
    await hover(45)
    await until('a value', async () =>
      /^4[3-6]\.123 kW/.test(await textOf(page, readOut('active-power/L1'))()),
    )

    // A stretch that is drawn out is looked at more closely; back again by the button.
    await page.mouse.down()
    await hover(15)
    await page.mouse.up()
    await until('the stretch', () => {
      const query = new URLSearchParams(new URL(page.url()).hash.split('?')[1])
      const spanMs = Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')
      return Math.abs(spanMs - 30 * MINUTE_MS) < 2 * MINUTE_MS
    })
    await page.click('[data-testid=window-6h]')
    await until('all of it', async () => /^1\.123 kW/.test(await textOf(page, readOut('active-power/L1'))()))

    // By the keyboard, and said to those who cannot see it.
    const slider = page.locator('[data-unit=kW] [role=slider]')
    await page.mouse.move(0, 0)
    await slider.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    await until('the point before', async () =>
      /Active power L1 2\.123 kW; Active power L2 102 kW/.test(
        (await slider.getAttribute('aria-valuetext')) ?? '',
      ),
    )

    await page.selectOption('[data-testid=compare]', '1d')
    await page.focus('[data-testid=compare]')
    const earlier = '[data-quantity="active-power/L2"] [data-testid=read-out-earlier]'
    await until('the day before', async () => /10[12]−1\s*kW/.test(await textOf(page, earlier)()))
    await page.click('[data-testid=window-1h]')
    await page.waitForSelector('[data-testid=window-1h][aria-pressed=true]')
    assert.equal(new URL(page.url()).hash, '#/entities/tf-1?window=1h&compare=1d')
    await page.reload()
    await page.waitForSelector('[data-testid=window-1h][aria-pressed=true]')
    await until('the day before', async () => /−1\s*kW/.test(await textOf(page, earlier)()))

    // A new value comes from the stream: nothing is asked again.
    await page.waitForSelector('[data-unit=kW] canvas')
    await until(
      'all is loaded',
      async () => !/Loading/.test(await textOf(page, '[data-testid=curves-status]')()),
    )
    asked.length = 0
    await publish(client, 'devices/tf-1/readings', { values: { 'active-power/L1': 77.5 } })
    await until('the new value', async () =>
      /^77\.5 kW/.test(await textOf(page, readOut('active-power/L1'))()),
    )
    assert.deepEqual(
      asked.filter((url) => url.includes('/observations')),
      [],
    )

    const [fromMs, toMs] = [nowMs - 100 * MINUTE_MS, nowMs - 50 * MINUTE_MS]
    const iso = (timeMs: number) => new Date(timeMs).toISOString().replace('.000Z', 'Z')
    const query = `from=${iso(fromMs)}&to=${iso(toMs)}&quantities=active-power/L1&table=true`
    await page.goto(`${platform.http}/#/entities/tf-1?${query}`)
    const within = past.filter(({ time }) => Date.parse(time) >= fromMs && Date.parse(time) < toMs)
    const rows = page.locator('[data-testid=data-table] tbody tr')
    await until('the table', async () => (await rows.count()) === within.length)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-testid=export-csv]'),
    ])
    const local = (timeMs: number) =>
      new Date(timeMs + 7 * 60 * MINUTE_MS).toISOString().replace('Z', '+07:00')
    assert.equal(
      await readFile(await download.path(), 'utf8'),
      [
        '\uFEFFtime,quantity,channel,value,unit,quality',
        ...within.map(
          ({ time, values }) =>
            `${local(Date.parse(time))},active-power,L1,${values['active-power/L1']},kW,good`,
        ),
        '',
      ].join('\r\n'),
    )
    const stamp = (timeMs: number) => local(timeMs).slice(0, 16).replaceAll(/[-:]/g, '')
    assert.equal(download.suggestedFilename(), `tf-1_${stamp(fromMs)}_${stamp(toMs)}_raw.csv`)
    const [picture] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-testid=export-png]'),
    ])
    const png = await readFile(await picture.path())
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
    assert.deepEqual(faults, [])
    await page.close()
  })

  it('shows its alarms on the curve, and in words', async () => {
    const rule = {
      id: 'page-high-flow',
      nameVi: 'Lưu lượng cao',
      nameEn: 'High flow here',
      severity: 'high',
      scope: { types: ['flow-meter'] },
      condition: { kind: 'threshold', quantity: 'water-flow', above: 40, hysteresis: 5 },
    }
    assert.equal((await platform.api('POST', '/alarm-rules', rule)).status, 201)
    const secret = await platform.addDevice('fm-1', { type: 'flow-meter' })
    const client = await connectDevice(platform.mqttPort, 'fm-1', secret)
    await publish(client, 'devices/fm-1/readings', { values: { 'water-flow': 50 } })
    const page = await openPage('/#/entities/fm-1?window=1h')
    await page.locator('[data-testid=alarm-spans] summary').click()
    const span = page.locator('[data-testid=alarm-spans] li').first()
    await span
      .filter({ hasText: /High · High flow here · since .*Water flow 50 m³\/h \(bound 40 m³\/h\)/ })
      .waitFor()
    await page.waitForSelector('[data-testid=curves] canvas')
    assert.deepEqual(faults, [])
    await page.close()
  })

  it('draws what follows from its own values, too', async () => {
    const secret = await platform.addDevice('tf-2', { type: 'transformer', intervalS: 60 })
    await platform.api('PATCH', '/entities/tf-2', { attributes: { 'rated-apparent-power': 100 } })
    const client = await connectDevice(platform.mqttPort, 'tf-2', secret)
    await publish(client, 'devices/tf-2/readings', { values: { 'active-power': 30, 'reactive-power': 40 } })
    const page = await openPage('/#/entities/tf-2?window=1h')
    await page.click('[data-testid=choose-quantity][data-quantity=load-ratio]')
    await page.locator(readOut('load-ratio'), { hasText: '50' }).waitFor()
    await publish(client, 'devices/tf-2/readings', { values: { 'active-power': 60, 'reactive-power': 80 } })
    await page.locator(readOut('load-ratio'), { hasText: '100' }).waitFor()
    assert.deepEqual(faults, [])
    await page.close()
  })

  it('shows what a zone without a device hangs together with, and who loses supply', async () => {
    const create = (id: string, type: string) =>
      platform.api('POST', '/entities', { id, type, area: '24133' })
    await create('zone-1', 'water-zone')
    await create('valve-1', 'valve')
    for (const meter of ['house-1', 'house-2']) await create(meter, 'water-meter')
    const items = [
      { kind: 'feeds', from: 'valve-1', to: 'zone-1' },
      { kind: 'feeds', from: 'zone-1', to: 'house-1' },
      { kind: 'feeds', from: 'zone-1', to: 'house-2' },
    ]
    assert.equal((await platform.api('POST', '/relations/import', { items })).status, 201)
    const page = await openPage('/#/entities/zone-1')
    await page.locator('[data-testid=entity-head]', { hasText: 'Has no device of its own' }).waitFor()
    const related = (group: string) => page.locator(`[data-testid=relation-${group}] a`).allTextContents()
    await until('the relations', async () => (await related('feeds-after')).length === 2)
    assert.deepEqual(await related('feeds-before'), ['valve-1'])
    // Nothing that was begun at one entity goes on at the next.
    await page.click('[data-testid=edit]')
    await page.waitForSelector('[data-testid=describe-form]')
    await page.click('[data-testid=relation-feeds-before] a')
    await page.waitForSelector('[data-testid=entity-head][data-entity=valve-1]')
    assert.equal(await page.locator('[data-testid=describe-form]').count(), 0)
    await page.click('[data-testid=ask-impact]')
    await page.locator('[data-testid=impact]', { hasText: 'If it stops: 2 customers lose supply' }).waitFor()
    await page.goto(`${platform.http}/#/entities/nobody`)
    await page.locator('[data-testid=no-entity]', { hasText: 'There is no entity nobody' }).waitFor()
    assert.deepEqual(faults, [])
    await page.close()
  })

  it('is opened from the table, takes what no sensor tells, and says what is wrong with it', async () => {
    await platform.addDevice('tank-1', { type: 'tank', location: { lat: 12.68, lon: 108.05 } })
    const page = await openPage('/#/')
    await page.fill('[data-testid=search]', 'tank-1')
    await page.locator('[data-testid=entity-row][data-entity=tank-1]').focus()
    await page.keyboard.press('o')
    await page.waitForSelector('[data-testid=entity-head][data-entity=tank-1]')
    await page.click('[data-testid=edit]')
    await page.fill('[data-testid=describe-form] [name=name]', 'Bể Tân Lợi')
    await page.fill('[data-testid=describe-form] [name=volume]', 'a lot')
    await page.click('[data-testid=describe-save]')
    await page.locator('[role=alert]', { hasText: '“Volume when full” takes a number' }).waitFor()
    await page.fill('[data-testid=describe-form] [name=volume]', '1250,5')
    await page.click('[data-testid=describe-save]')
    await page.locator('[data-testid=entity-head] h1', { hasText: 'Bể Tân Lợi' }).waitFor()
    await page.locator('[data-testid=entity-head]', { hasText: '1,250.5 m³' }).waitFor()
    await page.click('[data-testid=on-map]')
    await page.waitForSelector('[data-testid=entity-panel][data-entity=tank-1]')
    await page.click('[data-testid=open-page]')
    await page.waitForSelector('[data-testid=entity-page]')
    assert.deepEqual(faults, [])
    await page.close()
  })
})
