import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

describe.skipIf(!canShowPages)('the system page in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  it('counts refusals by reason, says what to do, and says when its figures are old', async () => {
    const platform = await startPlatformProcess()
    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.goto(`${platform.http}/#/system`)
    const rejections = page.locator('[data-testid=system-rejections]')
    await rejections.and(page.locator('[data-state=good]')).waitFor()
    await page.locator('[data-testid=system-intake]').filter({ hasText: 'Đã xác nhận' }).waitFor()

    await publish(client, 'devices/wm-1/readings', 'no JSON')
    await publish(client, 'devices/wm-1/readings', 'nor this')
    await rejections.locator('[data-code=not_json]').filter({ hasText: '2' }).waitFor()
    await rejections.and(page.locator(':not([data-state=good])')).waitFor()
    assert.equal(await rejections.locator('a').getAttribute('href'), '/wiring#/rejections')
    await page.locator('[data-testid=system-overall]').filter({ hasText: 'cần chú ý' }).waitFor()
    const overhang = await page
      .locator('html')
      .evaluate((root: { scrollWidth: number; clientWidth: number }) => root.scrollWidth - root.clientWidth)
    assert.equal(overhang, 0)

    await platform.kill('SIGTERM')
    await page.locator('[data-testid=system][data-stale=true]').waitFor()
    await page.locator('[role=alert]').filter({ hasText: 'Máy chủ không trả lời' }).waitFor()
    assert.deepEqual(faults, [])
    await page.close()
  })
})
