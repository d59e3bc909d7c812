import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'

const TOKEN = 'administrator-of-a-test'
/** What goes over the wire, which fetch would have unpacked. */
async function gzippedBytes(url: string): Promise<number> {
  const request = get(url, { headers: { 'accept-encoding': 'gzip' } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let bytes = 0
  for await (const chunk of response) bytes += (chunk as Buffer).length
  assert.ok(bytes < 1024 || response.headers['content-encoding'] === 'gzip', url)
  return bytes
}

describe.skipIf(!canShowPages)('the dashboard in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
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

  it('comes compressed: the scripts of the first page in less than 300 kB', async () => {
    const { http } = await startPlatformProcess()
    const page = await (await fetch(`${http}/`)).text()
    const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path)
    assert.ok(scripts.length > 0)
    let bytes = 0
    for (const path of scripts) bytes += await gzippedBytes(`${http}${path}`)
    assert.ok(bytes < 300_000, `${bytes} bytes`)
  })

  it('finds, filters and shows what is measured of the environment', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1')
    const secret = await platform.addDevice('ws-1', { type: 'weather-station' })
    const client = await connectDevice(platform.mqttPort, 'ws-1', secret)
    const values = { temperature: 27, 'relative-humidity': 60, 'pm2.5': 18, 'signal-to-noise-ratio': 9 }
    await publish(client, 'devices/ws-1/readings', { values })
    const { page, faults } = await openPage(`${platform.http}/#token=${TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    const rows = page.locator('[data-testid=entity-row]')
    await rows.nth(1).waitFor()
    for (const words of ['tram thoi tiet', 'weather', 'moi truong', 'bui pm2,5', 'environment']) {
      await page.fill('[data-testid=search]', words)
      await rows.filter({ hasText: 'wm-1' }).waitFor({ state: 'detached' })
      await rows.filter({ hasText: 'ws-1' }).waitFor()
      await page.fill('[data-testid=search]', '')
      await rows.nth(1).waitFor()
    }
    await page.locator('.chip', { hasText: /Môi trường|Environment/ }).click()
    await rows.filter({ hasText: 'wm-1' }).waitFor({ state: 'detached' })
    // The radio link is housekeeping: the air comes first.
    await rows.locator('[data-quantity="pm2.5"]').waitFor()
    assert.match((await rows.textContent()) ?? '', /µg\/m³/)
    assert.equal(await rows.locator('[data-quantity="signal-to-noise-ratio"]').count(), 0)
    await page.click('[data-entity="ws-1"]')
    await page.waitForSelector('[data-testid=entity-panel] canvas')
    assert.deepEqual(faults, [])
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
