import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { answer, hearCommands } from '../support/obedient.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

describe.skipIf(!canShowPages)('commands in a browser', () => {
  let browser: Browser
  let platform: PlatformProcess
  beforeAll(async () => {
    browser = await launchChromium()
    platform = await startSharedPlatform()
  })
  afterAll(async () => {
    await browser.close()
    await platform.kill('SIGKILL')
  })

  /** The page of a person, with the panel of an entity open. */
  async function panelOf(entity: string, token = ADMIN_TOKEN): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    await page.goto(`${platform.http}/#token=${token}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.click(`[data-testid=entity-row][data-entity="${entity}"]`)
    await page.waitForSelector('[data-testid=entity-panel]')
    return page
  }
  const byTestId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`)

  it('shut a valve in two steps, the second of which says who loses supply and takes its id', async () => {
    const secret = await platform.addDevice('valve-1', { type: 'valve' })
    for (const id of ['wm-1', 'wm-2']) {
      await platform.addDevice(id)
      const relation = { kind: 'feeds', from: 'valve-1', to: id }
      assert.equal((await platform.api('POST', '/relations', relation)).status, 201)
    }
    const valve = await connectDevice(platform.mqttPort, 'valve-1', secret)
    const report = (position: number) =>
      publish(valve, 'devices/valve-1/readings', { values: { 'valve-position': position } })
    await report(100)
    const received = await hearCommands(valve, 'valve-1')
    const page = await panelOf('valve-1')
    await byTestId(page, 'reported').filter({ hasText: '100' }).waitFor()
    await byTestId(page, 'arg-position').fill('0')

    // Escape leaves all as it was, and the panel open.
    await byTestId(page, 'prepare').click()
    const dialog = byTestId(page, 'command-dialog')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    assert.ok(await byTestId(page, 'entity-panel').isVisible())

    await byTestId(page, 'prepare').click()
    assert.match((await byTestId(page, 'command-change').textContent()) ?? '', /100 % .*→ 0 %/)
    await byTestId(page, 'command-facts')
      .filter({ hasText: /(^|\D)2 (khách hàng|customers)/ })
      .waitFor()
    await byTestId(page, 'command-typed').fill('valve-2')
    assert.ok(await byTestId(page, 'command-send').isDisabled())
    // The focus stays within the dialog.
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      assert.equal(await page.locator('[data-testid=command-dialog] :focus').count(), 1)
    }
    assert.equal(received.length, 0)
    await byTestId(page, 'command-typed').fill('valve-1')
    await byTestId(page, 'command-note').fill('burst')
    await byTestId(page, 'command-send').click()
    await dialog.waitFor({ state: 'detached' })
    const command = await until('the command', () => received[0])
    assert.deepEqual(command.args, { position: 0 })
    await page.waitForSelector('[data-testid=command-last] [data-status=sent]')
    await byTestId(page, 'desired').filter({ hasText: '0 %' }).waitFor()
    await answer(valve, 'valve-1', command)
    await page.waitForSelector('[data-testid=command-last] [data-status=done]')
    await report(0)
    await byTestId(page, 'reported').filter({ hasText: /^0 %/ }).waitFor()
    await byTestId(page, 'desired').filter({ hasText: '–' }).waitFor()
    await page.locator('.command-history summary').click()
    const entry = page.locator(`[data-testid=command-entry][data-command="${command.id}"]`)
    await entry.locator('[data-status=done]').waitFor()
    assert.match((await entry.textContent()) ?? '', /administrator.*burst/s)
    await page.close()
  })

  it('take one back that its device has not got', async () => {
    await platform.addDevice('light-1', { type: 'street-light' })
    const page = await panelOf('light-1')
    await byTestId(page, 'arg-on-true').click()
    await page.locator('[data-testid=command-set-switch] [data-testid=prepare]').click()
    await byTestId(page, 'command-send').click()
    await page.waitForSelector('[data-testid=command-last] [data-status=queued]')
    await byTestId(page, 'command-cancel').click()
    await page.waitForSelector('[data-testid=command-last] [data-status=cancelled]')
    const { body } = await platform.api<{ items: { status: string }[] }>('GET', '/entities/light-1/commands')
    assert.deepEqual(
      body.items.map(({ status }) => status),
      ['cancelled'],
    )
    await page.close()
  })

  it('are not offered to who may not ask', async () => {
    const { body } = await platform.api<{ token: string }>('POST', '/tokens', {
      name: 'statistics',
      role: 'statistician',
    })
    await platform.addDevice('valve-9', { type: 'valve' })
    const page = await panelOf('valve-9', body.token)
    await byTestId(page, 'desired').waitFor()
    assert.equal(await byTestId(page, 'prepare').count(), 0)
    assert.equal(await byTestId(page, 'command-history').count(), 0)
    await page.close()
  })
})
