import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'

const TOKEN = 'administrator-of-a-test'
const isBuilt = existsSync(new URL('../../dashboard/dist/index.html', import.meta.url))

describe.skipIf(chromiumPath() === null || !isBuilt)('the dashboard in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: CHROMIUM_ARGS })
  })
  afterAll(() => browser.close())

  async function openPage(url: string): Promise<{ page: Page; faults: string[]; foreign: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    const faults: string[] = []
    const foreign: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url())
      if (protocol.startsWith('http') && host !== new URL(url).host) foreign.push(request.url())
    })
    await page.goto(url)
    return { page, faults, foreign }
  }

  it('shows a value change that was published over MQTT, and asks no other host for anything', async () => {
    const platform = await startPlatformProcess()
    const secret = await platform.addDevice('wm-1', { location: { lat: 12.68, lon: 108.05 } })
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 12 } })
    const { page, faults, foreign } = await openPage(platform.http)
    await page.fill('[data-testid=sign-in-token]', 'not the token')
    await page.click('[data-testid=sign-in-submit]')
    await page.waitForSelector('[role=alert]')
    await page.fill('[data-testid=sign-in-token]', TOKEN)
    await page.click('[data-testid=sign-in-submit]')
    await page.waitForSelector('body[data-ready=true]')
    const value = page.locator('[data-entity="wm-1"] [data-testid=value][data-quantity="water-flow"]')
    await value.filter({ hasText: '12' }).waitFor()
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 34 } })
    await value.filter({ hasText: '34' }).waitFor()
    await page.waitForSelector('[data-testid=stream-state][data-state=live]')
    await page.waitForSelector('[data-testid=map] canvas')
    await page.click('[data-entity="wm-1"]')
    await page.waitForSelector('[data-testid=entity-panel] canvas')
    await page.waitForSelector('[data-testid=indicator]')
    assert.deepEqual(faults, [])
    assert.deepEqual(foreign, [])
    await page.close()
  })

  it('says that its data is stale when the platform is gone, and mends itself when it is back', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1')
    const { page } = await openPage(`${platform.http}/#token=${TOKEN}`)
    await page.waitForSelector('[data-testid=stream-state][data-state=live]')
    assert.equal(new URL(page.url()).hash, '')
    await platform.kill('SIGTERM')
    await page.waitForSelector('[data-testid=stream-state]:not([data-state=live])')
    const port = new URL(platform.http).port
    await startPlatformProcess({ DATA_DIR: platform.dataFolder, HTTP_PORT: port })
    await page.waitForSelector('[data-testid=stream-state][data-state=live]', { timeout: 40_000 })
    await page.close()
  })
})
