import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

describe.skipIf(!canShowPages)('the wall screen in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  it('shows an alarm that was raised over MQTT until somebody takes it, and that its data is old', async () => {
    const platform = await startPlatformProcess()
    const rule = { id: 'fire', nameVi: 'Nguy cơ cháy', nameEn: 'Risk of fire', severity: 'critical' }
    const condition = { kind: 'threshold', quantity: 'temperature', above: 90 }
    const made = await platform.api('POST', '/alarm-rules', {
      ...rule,
      scope: { types: ['sensor'] },
      condition,
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const secret = await platform.addDevice('s-1', { type: 'sensor' })
    await platform.api('PATCH', '/entities/s-1', { name: 'Tủ số 7' })
    const client = await connectDevice(platform.mqttPort, 's-1', secret)
    const heat = (temperature: number) => publish(client, 'devices/s-1/readings', { values: { temperature } })
    await heat(20)

    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.goto(`${platform.http}/#/wall`)
    const calm = page.locator('[data-testid=wall-calm]')
    await calm.filter({ hasText: 'Yên ổn' }).waitFor()

    await heat(95)
    const banner = page.locator('[data-testid=wall-banner]')
    await banner.filter({ hasText: 'Nguy cơ cháy' }).waitFor()
    const alarm = page.locator('[data-testid=wall-alarm]')
    const text = (await alarm.textContent()) ?? ''
    for (const told of ['Nguy cấp', 'Nguy cơ cháy', 'Tủ số 7', 'Phường Buôn Ma Thuột'])
      assert.ok(text.includes(told), `${told} in ${text}`)
    const critical = page.locator('[data-testid=wall-tile-critical] b')
    assert.equal(await critical.textContent(), '1')

    // What was there when a screen was opened is no news to it, even if what says that it is within loads later.
    const other = await browser.newPage()
    let release = (): void => {}
    const released = new Promise<void>((done) => {
      release = done
    })
    await other.route('**/api/v1/areas?*', async (request) => {
      await released
      await request.continue()
    })
    await other.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await other.waitForSelector('body[data-ready=true]')
    await other.goto(`${platform.http}/#/wall?area=66`)
    await other.waitForSelector('[data-testid=wall-calm]')
    release()
    await other.waitForSelector('[data-testid=wall-alarm]')
    assert.equal(await other.locator('[data-testid=wall-banner]').count(), 0)
    await other.close()

    const id = await alarm.getAttribute('data-alarm')
    const taken = await platform.api('POST', `/alarms/${id}/acknowledge`, {})
    assert.equal(taken.status, 200, JSON.stringify(taken.body))
    await banner.waitFor({ state: 'detached' })
    await alarm.filter({ hasText: 'đã nhận' }).waitFor()
    assert.equal(await critical.textContent(), '0')

    await page.goto(`${platform.http}/#/wall?domain=water`)
    await alarm.waitFor({ state: 'detached' })
    await page.goto(`${platform.http}/#/wall?domain=environment&area=24133`)
    await alarm.waitFor()

    await platform.kill('SIGTERM')
    await page.locator('[data-testid=wall][data-stream=stale]').waitFor()
    await page.locator('[data-testid=wall-stale]').filter({ hasText: 'MẤT LUỒNG DỮ LIỆU' }).waitFor()
    assert.deepEqual(faults, [])
    await page.close()
  })
})
