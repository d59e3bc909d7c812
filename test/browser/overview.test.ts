import assert from 'node:assert/strict'
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

const METERS = ['wm-1', 'wm-2', 'wm-3', 'wm-4', 'wm-5']

describe.skipIf(!canShowPages)('the overview in a browser', () => {
  let browser: Browser
  let platform: PlatformProcess
  beforeAll(async () => {
    browser = await launchChromium()
    platform = await startSharedPlatform()
    await build(platform)
  })
  afterAll(async () => {
    await browser.close()
    await platform.kill('SIGKILL')
  })

  async function open(query = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    onTestFinished(() => assert.deepEqual(faults, []))
    await page.addInitScript("localStorage.setItem('plumbline.language', 'en')")
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
    if (query !== '') {
      await page.goto(`${platform.http}/#/?${query}`)
      await page.reload()
    }
    return page
  }
  const testId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const hashOf = (page: Page) => new URL(page.url()).hash
  const rowsAre = (page: Page, ids: readonly string[]) =>
    until(`the rows ${ids}`, async () => {
      const rows = await testId(page, 'entity-row').all()
      const shown = await Promise.all(rows.map((row) => row.getAttribute('data-entity')))
      return shown.join() === ids.join()
    })

  it('keeps filters and order in the address, and views of it under names', async () => {
    const page = await open()
    await page.getByRole('button', { name: /^Power/ }).click()
    await testId(page, 'sort-id').click()
    await testId(page, 'sort-id').click()
    await rowsAre(page, ['tf-1', 'fd-1'])
    assert.equal(hashOf(page), '#/?domain=power&sort=-id')
    await testId(page, 'view-save').click()
    await testId(page, 'view-name').fill('Ca đêm')
    await testId(page, 'view-keep').click()
    await page.reload()
    await rowsAre(page, ['tf-1', 'fd-1'])
    const view = testId(page, 'view-link').filter({ hasText: 'Ca đêm' })
    assert.equal(await view.getAttribute('aria-current'), 'true')
    await page.getByRole('link', { name: 'Everything' }).click()
    await testId(page, 'entity-row').nth(5).waitFor()
    await page.goBack()
    await rowsAre(page, ['tf-1', 'fd-1'])
    await testId(page, 'view-rename').click()
    await testId(page, 'view-name').fill('Điện, ca đêm')
    await testId(page, 'view-keep').click()
    await page.getByRole('link', { name: 'Điện, ca đêm' }).waitFor()
    await testId(page, 'view-remove').click()
    await page.getByRole('link', { name: 'Điện, ca đêm' }).waitFor({ state: 'detached' })
    await testId(page, 'view-undo').click()
    await page.reload()
    assert.equal(await page.getByRole('link', { name: 'Điện, ca đêm' }).getAttribute('href'), hashOf(page))
  })

  it('sorts by any quantity that is made a column, and shows what follows from others as such', async () => {
    const page = await open('columns=water-flow&sort=-water-flow&type=water-meter&map=off')
    await rowsAre(page, ['wm-1', 'wm-2', 'wm-3', 'wm-4', 'wm-5'])
    await testId(page, 'sort-water-flow').click()
    await rowsAre(page, ['wm-2', 'wm-1', 'wm-3', 'wm-4', 'wm-5'])
    await testId(page, 'columns').click()
    await testId(page, 'column-water-flow').uncheck()
    assert.equal(hashOf(page), '#/?type=water-meter&map=off')
    const zone = await open('q=dma&map=off')
    const row = zone.locator('[data-entity="dma"]')
    await row.filter({ hasText: 'Khu Ea Tam' }).waitFor()
    // No device is there to feed it, but its meters speak.
    await zone.locator('[data-entity="dma"][data-freshness="fresh"] .derived').first().waitFor()
  })

  it('keeps only what is in alarm, of a severity or a worse one', async () => {
    const page = await open('alarm=high&map=off')
    await rowsAre(page, ['wm-1'])
    await testId(page, 'alarm-filter').selectOption('critical')
    await rowsAre(page, [])
    assert.equal(hashOf(page), '#/?alarm=critical&map=off')
  })

  it('clusters what is close, draws the networks, and marks what loses supply', async () => {
    const page = await open()
    const map = testId(page, 'map')
    const clusters = async () => Number(await map.getAttribute('data-clusters'))
    await until('a cluster', async () => (await clusters()) > 0)
    const water = testId(page, 'network-water')
    assert.equal(await water.getAttribute('data-lines'), '7')
    assert.equal(await testId(page, 'network-power').getAttribute('data-lines'), '1')
    await water.click()
    assert.equal(await water.getAttribute('aria-pressed'), 'false')
    assert.equal(hashOf(page), '#/?without=water')
    await page.click('[data-entity="va-1"]')
    await testId(page, 'trace-impact').click()
    const count = (role: string) =>
      page.locator(`[data-testid=trace] [data-role=${role}]`).getAttribute('data-count')
    assert.deepEqual([await count('lost'), await count('fed'), await count('customers')], ['5', '1', '3'])
    await until('the marks to be in sight, each for itself', async () => (await clusters()) === 0)
    await page.reload()
    assert.equal(await count('lost'), '5')
    await testId(page, 'nav-alarms').click()
    await map.waitFor({ state: 'detached' })
    await page.goBack()
    assert.equal(await count('lost'), '5')
    await testId(page, 'trace-up').click()
    await page.locator('[data-kind=up]', { hasText: 'Nothing feeds it.' }).waitFor()
    await testId(page, 'trace-clear').click()
    await testId(page, 'trace').waitFor({ state: 'detached' })
    await testId(page, 'map-whole').click()
    await until('the cluster again', async () => (await clusters()) > 0)
    assert.equal(hashOf(page), '#/?without=water&entity=va-1')
  })
})

/** A zone with its valve and inlet, its meters fed through them alone but for one; a feeder with its transformer. */
async function build(platform: PlatformProcess): Promise<void> {
  const at = (i: number) => ({ lat: 12.68 + i * 0.002, lon: 108.05 + i * 0.002 })
  const made = [
    { id: 'va-1', type: 'valve', location: at(0) },
    { id: 'dma', type: 'water-zone', name: 'Khu Ea Tam', location: at(1) },
    { id: 'fd-1', type: 'feeder', location: { lat: 13.2, lon: 108.6 } },
    { id: 'tf-1', type: 'transformer', location: { lat: 13.25, lon: 108.7 } },
  ]
  for (const entity of made) await platform.api('POST', '/entities', entity)
  const secrets = new Map<string, string>()
  for (const [i, id] of METERS.entries())
    secrets.set(id, await platform.addDevice(id, { location: at(i + 2) }))
  secrets.set('fm-1', await platform.addDevice('fm-1', { type: 'flow-meter', location: at(0.5) }))
  await platform.addDevice('fm-9', { type: 'flow-meter', location: at(9) })
  const feeds = (from: string, to: string) => ({ kind: 'feeds', from, to })
  const items = [
    feeds('va-1', 'fm-1'),
    feeds('fm-1', 'dma'),
    ...METERS.slice(0, 4).map((id) => feeds('dma', id)),
    feeds('fm-9', 'wm-4'),
    feeds('fd-1', 'tf-1'),
  ]
  await platform.api('POST', '/relations/import', { items })
  await platform.api('POST', '/alarm-rules', {
    id: 'much',
    nameVi: 'Nhiều nước',
    nameEn: 'Much water',
    severity: 'high',
    scope: { types: ['water-meter'] },
    condition: { kind: 'threshold', quantity: 'water-flow', above: 10 },
  })
  for (const [id, flow] of [
    ['wm-1', 12],
    ['wm-2', 3],
    ['fm-1', 20],
  ] as const) {
    const password = secrets.get(id) ?? ''
    const url = `mqtt://127.0.0.1:${platform.mqttPort}`
    const device = await mqtt.connectAsync(url, { clientId: id, username: id, password })
    await publish(device, `devices/${id}/readings`, { values: { 'water-flow': flow } })
    await device.endAsync()
  }
}
