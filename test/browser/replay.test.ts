import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

describe.skipIf(!canShowPages)('the replay page', () => {
  let browser: Browser
  let platform: PlatformProcess
  /** Instants at which the tank held 1, 2, 3 m. */
  const moments: number[] = []
  let begun = 0

  beforeAll(async () => {
    browser = await launchChromium()
    platform = await startSharedPlatform()
    begun = Math.floor(Date.now() / 1000) * 1000
    await platform.addDevice('tank-1', { type: 'tank', location: { lat: 12.68, lon: 108.05 } })
    await platform.addDevice('wm-1')
    await platform.api('POST', '/alarm-rules', {
      ...{ id: 'level', nameVi: 'Mực nước thấp', nameEn: 'Low level', severity: 'high' },
      scope: { types: ['tank'] },
      condition: { kind: 'threshold', quantity: 'water-level', above: 2.5, forS: 0 },
    })
  })
  afterAll(async () => {
    await browser.close()
    await platform.kill('SIGTERM')
  })

  async function levels(...values: number[]): Promise<void> {
    const { body } = await platform.api<{ credentials: { password: string } }>(
      'POST',
      '/devices/tank-1/credentials',
    )
    const client = await connectDevice(platform.mqttPort, 'tank-1', body.credentials.password)
    for (const level of values) {
      await publish(client, 'devices/tank-1/readings', { values: { 'water-level': level } })
      // On a step of its own.
      const now = Date.now()
      moments.push(now)
      await until('the next second', () => Date.now() > now + 1500)
    }
    await client.endAsync()
  }

  async function open(query: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.goto(`${platform.http}/#/replay?${query}`)
    await page.waitForSelector('[data-testid=replay-slider]')
    return { page, faults }
  }

  const level = (page: Page) =>
    page.locator('[data-entity=tank-1] [data-testid=replay-value][data-quantity=water-level]')

  it('shows the state of the moment that the slider is moved to by the keyboard, and the alarms of then', async () => {
    await levels(1, 2, 3)
    await until('the alarm', async () => {
      const { body } = await platform.api<{ items: unknown[] }>('GET', '/alarms?entity=tank-1')
      return body.items.length > 0
    })
    const from = new Date(begun).toISOString()
    const to = new Date(begun + 20_000).toISOString()
    const { page, faults } = await open(`from=${from}&to=${to}`)
    const slider = page.locator('[data-testid=replay-slider]')
    await slider.focus()
    await slider.press('Home')
    assert.equal(await level(page).count(), 0)
    await slider.press('End')
    await level(page).filter({ hasText: '3' }).waitFor()
    await page.locator('[data-testid=replay-alarm]').waitFor()
    const last = await slider.inputValue()
    // Back until the level of before: state and alarms are those of then.
    await until('two metres', async () => {
      await slider.press('ArrowLeft')
      return (await level(page).textContent()) === '2'
    })
    assert.equal(await page.locator('[data-testid=replay-alarm]').count(), 0)
    assert.ok(Number(await slider.inputValue()) < Number(last))
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^\d\d:\d\d:\d\d \d\d\/\d\d\/\d{4}$/)
    await slider.press('Home')
    await slider.press('PageUp')
    assert.equal(await slider.inputValue(), String(Math.min(10, Number(last))))
    assert.match(
      (await page.locator('[data-testid=replay-strip]').textContent()) ?? '',
      /1 (alarms raised|cảnh báo)/,
    )
    await slider.press('Home')
    await page.click('[data-testid=replay-next-alarm]')
    await page.locator('[data-testid=replay-alarm]').waitFor()
    assert.match(
      (await page.locator('[data-testid=replay-banner]').textContent()) ?? '',
      /không phải trực tiếp/,
    )
    assert.deepEqual(faults, [])
    await page.close()
  })

  it('asks again for the same window after it could not be read', async () => {
    const page = await browser.newPage()
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.route('**/api/v1/replay?*', (request) => request.abort())
    const window = `from=${new Date(begun).toISOString()}&to=${new Date(begun + 8000).toISOString()}`
    await page.goto(`${platform.http}/#/replay?${window}`)
    await page.waitForSelector('[data-testid=replay-again]')
    await page.unroute('**/api/v1/replay?*')
    await page.click('[data-testid=replay-again]')
    await page.waitForSelector('[data-testid=replay-slider]')
    assert.ok(page.url().includes(window))
    await page.close()
  })

  it('opens a link at its moment, keeps the moment in the address, and goes back to live', async () => {
    const query = `from=${new Date(begun).toISOString()}&to=${new Date(begun + 8000).toISOString()}&entity=tank-1`
    const { page, faults } = await open(`${query}&at=${new Date((moments[1] ?? 0) + 1000).toISOString()}`)
    await level(page).filter({ hasText: '2' }).waitFor()
    assert.equal(await page.locator('[data-testid=replay-row]').count(), 1)
    await page.locator('[data-testid=replay-slider]').press('Home')
    const begin = new Date(begun).toISOString()
    await until('the address to follow', () => page.url().includes(`at=${begin}`))
    await page.click('[data-testid=replay-play]')
    await level(page).filter({ hasText: '3' }).waitFor()
    await page.click('[data-testid=replay-live]')
    await page.waitForSelector('[data-testid=entity-row]')
    assert.equal(await page.locator('[data-testid=replay-banner]').count(), 0)
    assert.deepEqual(faults, [])
    await page.close()
  })
})
