import assert from 'node:assert/strict'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Incident } from '../../simulator/incidents.ts'
import { runSimulator, type Simulator } from '../../simulator/run.ts'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const PROVINCE = { devices: 40, rate: 30, seed: 1, prefix: 'sim', network: true, faults: 0.05 } as const
const WAIT_MS = 120_000
/** From the start of the simulation; the dead sensor lives again, so that its alarm may end by itself. */
const INCIDENTS = [
  { kind: 'dead-sensor', target: 'sim-fd-02', fromS: 15, lastingS: 40 },
  { kind: 'pipe-burst', target: 'sim-zone-01', fromS: 15, lastingS: 600 },
  { kind: 'feeder-overload', target: 'sim-fd-01', fromS: 15, lastingS: 600 },
] as const

describe.skipIf(!canShowPages)('an operator with nothing but the pages', () => {
  let browser: Browser
  let platform: PlatformProcess
  let simulator: Simulator
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    platform = await startSharedPlatform()
    // A minute over the rating is one too many here: the rest is as it comes.
    const { body: rule } = await platform.api('GET', '/alarm-rules/feeder.overload')
    const { id: _id, origin: _origin, revision: _revision, ...changed } = rule
    const condition = { ...(rule.condition as object), forS: 5 }
    assert.equal(
      (await platform.api('PUT', '/alarm-rules/feeder.overload', { ...changed, condition })).status,
      200,
    )
    const nowMs = Date.now()
    const incidents: Incident[] = INCIDENTS.map(({ kind, target, fromS, lastingS }) => ({
      kind,
      target,
      fromMs: nowMs + fromS * 1000,
      toMs: nowMs + (fromS + lastingS) * 1000,
    }))
    const url = `mqtt://127.0.0.1:${platform.mqttPort}`
    simulator = await runSimulator({
      ...PROVINCE,
      url,
      api: platform.http,
      token: ADMIN_TOKEN,
      incidents,
      log: () => {},
    })
    browser = await launchChromium()
    const role = { name: 'night shift', role: 'operator' }
    const { token } = (await platform.api<{ token: string }>('POST', '/tokens', role)).body
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${platform.http}/#token=${token}`)
    await page.waitForSelector('body[data-ready=true]')
  })
  afterAll(async () => {
    await browser.close()
    await simulator.stop()
    await platform.kill('SIGKILL')
    assert.deepEqual(faults, [])
  })

  /** Of an entity's own alarm, or of the one that it follows from. */
  const rowOf = (entity: string): Locator =>
    page
      .locator('[data-testid=alarm-row]')
      .filter({ has: page.locator(`a[title="${entity}"]`) })
      .first()

  async function acknowledge(row: Locator, note: string): Promise<void> {
    await row.getByTestId('row-acknowledge').click()
    await page.getByTestId('ask-note').fill(note)
    await page.getByTestId('ask-submit').click()
    await page.getByTestId('ask').waitFor({ state: 'detached' })
    await row.getByTestId('row-acknowledge').waitFor({ state: 'detached' })
  }

  /** While what it is about goes on: by hand, and then it is in the list of what is over. */
  async function clear(row: Locator, entity: string): Promise<void> {
    await row.click()
    await page.getByTestId('do-clear').click()
    await page.getByTestId('ask-submit').click()
    await page.getByTestId('ask').waitFor({ state: 'detached' })
    await page.getByTestId('close-alarm').click()
    await page.getByTestId('state-cleared').click()
    await rowOf(entity).waitFor()
    await page.getByTestId('state-open').click()
    await row.waitFor({ state: 'detached' })
  }

  it('sees a main that bursts, what it hangs together with, and sees to it', {
    timeout: WAIT_MS,
  }, async () => {
    await page.getByTestId('nav-alarms').click()
    const row = rowOf('sim-fm-01')
    await row.waitFor({ timeout: WAIT_MS })
    assert.match((await row.textContent()) ?? '', /Lưu lượng tăng đột ngột/)
    await acknowledge(row, 'Đội trực đã đi')
    await row.locator('a[title="sim-fm-01"]').click()
    await page.getByTestId('entity-page').waitFor()
    await page.locator('[data-testid=entity-page] a[href="#/entities/sim-zone-01"]').waitFor()
    await page.getByTestId('nav-alarms').click()
    await clear(row, 'sim-fm-01')
  })

  it('sees a feeder that carries too much, and sees to it', { timeout: WAIT_MS }, async () => {
    await page.getByTestId('nav-alarms').click()
    const row = rowOf('sim-fd-01').filter({ hasText: 'Xuất tuyến quá tải' })
    await row.waitFor({ timeout: WAIT_MS })
    assert.equal(await row.getAttribute('data-severity'), 'critical')
    await acknowledge(row, 'Chuyển tải sang xuất tuyến 2')
    await clear(row, 'sim-fd-01')
  })

  it('sees a sensor that says nothing, and that it speaks again', { timeout: WAIT_MS }, async () => {
    await page.getByTestId('nav-alarms').click()
    const row = rowOf('sim-fd-02').filter({ hasText: 'Mất tín hiệu' })
    await row.waitFor({ timeout: WAIT_MS })
    await acknowledge(row, 'Gọi điện cho trạm')
    // It is over by itself, and acknowledged: nothing is left to do.
    await row.waitFor({ state: 'detached', timeout: WAIT_MS })
    await page.getByTestId('state-cleared').click()
    await rowOf('sim-fd-02').waitFor()
    await rowOf('sim-fd-02').click()
    const events = page.getByTestId('alarm-events')
    await events.filter({ hasText: 'night shift' }).filter({ hasText: 'Gọi điện cho trạm' }).waitFor()
  })
})
