import assert from 'node:assert/strict'
import type { MqttClient } from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

describe.skipIf(!canShowPages)('the page of alarm rules in a browser', () => {
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

  async function openRules(role: 'integrator' | 'operator', query = ''): Promise<Page> {
    const { body } = await platform.api<{ token: string }>('POST', '/tokens', { name: `a ${role}`, role })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    onTestFinished(() => context.close())
    await context.addInitScript(() => localStorage.setItem('plumbline.language', 'en'))
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    onTestFinished(() => assert.deepEqual(faults, []))
    await page.goto(`${platform.http}/#token=${body.token}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.goto(`${platform.http}/#/rules${query}`)
    return page
  }
  const testId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const row = (page: Page, id: string) => page.locator(`[data-testid=rule][data-rule="${id}"]`)
  const alarms = async (state: string) =>
    (
      await platform.api<{ items: { rule: string }[] }>('GET', `/alarms?entity=pp-1&state=${state}`)
    ).body.items
      .map(({ rule }) => rule)
      .filter((rule) => rule === 'pressure-at-school')

  const tell = (client: MqttClient, value: number, hoursAgo = 0) =>
    publish(client, 'devices/pp-1/readings', {
      time: Date.now() - hoursAgo * 3_600_000,
      values: { 'water-pressure': value },
    })

  async function writeRule(page: Page): Promise<void> {
    await testId(page, 'rule-new').click()
    await testId(page, 'rule-nameVi').fill('Áp lực ở trường')
    await testId(page, 'rule-nameEn').fill('Pressure at school')
    await testId(page, 'rule-severity').selectOption('high')
    await testId(page, 'rule-add-type').selectOption('pressure-point')
    await testId(page, 'rule-quantity').selectOption('water-pressure')
    await testId(page, 'rule-hysteresis').fill('20,5')
  }

  it('takes a rule from the form to an alarm, tried over the past before, and off again', async () => {
    const secret = await platform.addDevice('pp-1', { type: 'pressure-point' })
    const client = await connectDevice(platform.mqttPort, 'pp-1', secret)
    for (const [value, hoursAgo] of [
      [400, 5],
      [620, 4],
      [400, 2],
    ] as const)
      await tell(client, value, hoursAgo)
    const page = await openRules('integrator')
    await writeRule(page)
    assert.equal(await testId(page, 'rule-id').inputValue(), 'pressure-at-school')
    await testId(page, 'rule-save').click()
    await testId(page, 'fault-condition.above').filter({ hasText: 'above, below or both' }).waitFor()
    await testId(page, 'rule-above').fill('600')
    await testId(page, 'rule-try').click()
    const tried = testId(page, 'rule-tried')
    await tried.filter({ hasText: 'would have raised 1 alarm (3 readings)' }).waitFor()
    assert.match((await tried.locator('tbody tr').textContent()) ?? '', /pp-1.*620 kPa.*2h/)
    assert.deepEqual(await alarms('all'), [])

    await testId(page, 'rule-save').click()
    await testId(page, 'rule-told').filter({ hasText: 'Saved' }).waitFor()
    await tell(client, 610)
    await until('the alarm', async () => (await alarms('active')).length === 1)
    await testId(page, 'rules-back').click()
    const own = row(page, 'pressure-at-school')
    await own.filter({ hasText: 'Water pressure above 600 kPa (over once 20.5 kPa inside)' }).waitFor()
    await own.filter({ hasText: 'Water pressure point · your own' }).waitFor()
    await own.filter({ hasText: '1 active alarm' }).waitFor()

    await own.locator('[data-testid=rule-switch]').click()
    await page.locator('[data-testid=rule][data-rule=pressure-at-school][data-on=false]').waitFor()
    await until('the end of the alarm', async () => (await alarms('active')).length === 0)
    await own.filter({ hasText: 'no alarm' }).waitFor()

    await own.locator('[data-testid=rule-edit]').click()
    await testId(page, 'rule-drop').click()
    await testId(page, 'rule-drop-yes').click()
    await testId(page, 'rules-search').waitFor()
    await own.waitFor({ state: 'detached' })
    await client.endAsync()
  })

  it('changes a rule that came with a type, shows what the server refuses at its field, and gives it back as it came', async () => {
    const page = await openRules('integrator', '?type=tank&severity=high')
    const tank = row(page, 'tank.low-level')
    await tank.waitFor()
    assert.equal(await testId(page, 'rule').count(), 1)
    await tank.locator('[data-testid=rule-edit]').click()
    assert.equal(await testId(page, 'rule-forS').inputValue(), '5')
    await testId(page, 'rule-forS').fill('999999')
    await testId(page, 'rule-save').click()
    await testId(page, 'fault-condition.forS').waitFor()
    assert.equal(await testId(page, 'rule-forS').getAttribute('aria-invalid'), 'true')
    await testId(page, 'rule-forS').fill('10')
    await testId(page, 'rule-save').click()
    await testId(page, 'rule-told').filter({ hasText: 'Saved' }).waitFor()
    await testId(page, 'rule-drop').click()
    await page.getByText('The rule is again: Water level below 1 m').waitFor()
    await testId(page, 'rule-drop-yes').click()
    await testId(page, 'rule-drop').waitFor({ state: 'detached' })
    await until('five minutes again', async () => (await testId(page, 'rule-forS').inputValue()) === '5')
    await testId(page, 'rules-back').click()
    await tank.filter({ hasText: 'for 5 min' }).waitFor()
    assert.equal(await testId(page, 'rules-type').inputValue(), 'tank')
  })

  it('is for an operator to look at', async () => {
    const page = await openRules('operator', '?q=xuat tuyen qua tai')
    await row(page, 'feeder.overload').filter({ hasText: 'Load above 100 %' }).waitFor()
    for (const id of ['rule-new', 'rule-switch', 'rule-edit'])
      assert.equal(await testId(page, id).count(), 0, id)
    await page.goto(`${platform.http}/#/rules?edit=feeder.overload`)
    await row(page, 'feeder.overload').waitFor()
    assert.equal(await testId(page, 'rule-form').count(), 0)
  })
})
