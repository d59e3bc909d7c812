import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

describe.skipIf(!canShowPages)('the wiring bench in a browser', () => {
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

  async function openBench(token = ADMIN_TOKEN, address = '/wiring'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text())
    })
    onTestFinished(() => assert.deepEqual(faults, []))
    await page.goto(`${platform.http}${address}#token=${token}`)
    if (address === '/') await testId(page, 'menu').click()
    await page.locator('[lang=en].segment').click()
    return page
  }
  const testId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  async function addOnPage(page: Page, id: string, type = 'water-meter'): Promise<string> {
    await testId(page, 'add-device').click()
    await testId(page, 'add-id').fill(id)
    await testId(page, 'add-type').selectOption(type)
    await testId(page, 'add-location').fill('12.68, 108.05')
    await testId(page, 'add-submit').click()
    return (await testId(page, 'secret-text').textContent())?.trim() ?? ''
  }

  it('takes a sensor from nothing to a stored reading, with the verdict of each message', async () => {
    const page = await openBench()
    const secret = await addOnPage(page, 'wm-1')
    const snippet = await testId(page, 'snippet-text').textContent()
    assert.ok(snippet?.includes(secret) && snippet.includes(`-p ${platform.mqttPort}`), snippet ?? '')
    await testId(page, 'waiting').filter({ hasText: 'devices/wm-1/readings' }).waitFor()
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', `${secret}x`))
    const near = testId(page, 'refused-near')
    await near.filter({ hasText: 'Wrong password' }).waitFor()
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 1.8 } })
    const good = page.locator('[data-testid=message][data-tone=good]')
    await good.filter({ hasText: '1 stored (read as canonical)' }).waitFor()
    await near.waitFor({ state: 'detached' })
    assert.match((await good.locator('[data-testid=payload]').textContent()) ?? '', /"water-flow": 1.8/)
    await good.locator('[data-testid=reading][data-quantity=water-flow]').waitFor()
    await good.getByText('In the database (SQL)').click()
    const sql = (await good.locator('[data-testid=sql]').textContent()) ?? ''
    assert.match(sql, /^select o\.\* from observation/)

    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': { value: 2, unit: 'psi' } } })
    const bad = page.locator('[data-testid=message][data-tone=bad]')
    await bad.filter({ hasText: 'unit_not_convertible' }).waitFor()
    await testId(page, 'problems-only').check()
    await until('1 messages', async () => (await testId(page, 'message').count()) === 1)

    await testId(page, 'pause').click()
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 3 } })
    await testId(page, 'pause').filter({ hasText: '1 new' }).waitFor()
    await testId(page, 'problems-only').uncheck()
    assert.equal(await testId(page, 'message').count(), 2)
    await testId(page, 'pause').click()
    await until('3 messages', async () => (await testId(page, 'message').count()) === 3)
    await publish(client, 'devices/wm-2/readings', { values: { 'water-flow': 4 } })
    await bad.filter({ hasText: 'topic_not_allowed' }).waitFor()
    await testId(page, 'clear').click()
    await testId(page, 'waiting').waitFor()

    await page.locator('[data-testid=entity-now][data-live=true]').filter({ hasText: 'Water flow' }).waitFor()
    await page.reload()
    await testId(page, 'renew').waitFor()
    assert.equal(await testId(page, 'secret-text').count(), 0)
    assert.ok((await testId(page, 'snippet-text').textContent())?.includes('<secret>'))
  })

  it('gives a name that nobody knows a meaning, and takes in what was refused for it', async () => {
    const page = await openBench()
    const secret = await addOnPage(page, 'ws-1', 'weather-station')
    const client = await connectDevice(platform.mqttPort, 'ws-1', secret)
    for (const temp of [80, 81])
      await publish(client, 'devices/ws-1/readings', {
        time: Date.now() - temp * 1000,
        values: { temp_out: temp, 'relative-humidity': 60 },
      })
    await page.locator('[data-testid=mend]').first().click()
    // What is worked on does not move: messages are held back until it is done.
    await testId(page, 'tail').filter({ hasText: 'Paused' }).waitFor()
    const search = testId(page, 'quantity-search')
    // By its Vietnamese name without marks, though the page is in English.
    await search.fill('nhiet do')
    await page.locator('[data-quantity=temperature][role=option]').waitFor()
    await search.fill('temperature')
    await page.locator('[role=option][data-quantity=temperature]').click()
    await testId(page, 'mapper-unit').selectOption('[degF]')
    await testId(page, 'mapper-save').click()
    await testId(page, 'replay-open').filter({ hasText: '2' }).click()
    await page
      .locator('[data-testid=replay-result][data-running=false]')
      .filter({ hasText: '2 of 2 replayed: 2 taken in' })
      .waitFor()
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/ws-1',
    )
    assert.ok(Math.abs((body.quantities.temperature?.value ?? 0) - (80 - 32) / 1.8) < 1e-9)
    await publish(client, 'devices/ws-1/readings', { values: { temp_out: 50, 'relative-humidity': 61 } })
    await page
      .locator('[data-testid=message][data-tone=good]')
      .filter({ hasText: '2 stored' })
      .first()
      .waitFor()
    // A second name goes beside the first.
    await publish(client, 'devices/ws-1/readings', { values: { temp_out: 51, hum: 62 } })
    await page.locator('[data-testid=mend][data-path="/values/hum"]').first().click()
    await testId(page, 'quantity-search').fill('humidity')
    await testId(page, 'quantity-search').press('Enter')
    await testId(page, 'mapper-save').click()
    const hum = page.locator('[data-testid=meaning][data-name=hum]')
    await hum.waitFor()
    const decoded = await platform.api<{ readings: unknown[]; rejections: unknown[] }>('POST', '/decode', {
      device: 'ws-1',
      topic: 'devices/ws-1/readings',
      payload: Buffer.from('{"values":{"temp_out":50,"hum":55}}').toString('base64'),
    })
    assert.deepEqual([decoded.body.readings.length, decoded.body.rejections.length], [2, 0])
    await hum.locator('button').click()
    await hum.waitFor({ state: 'detached' })
    assert.equal(await testId(page, 'meaning').count(), 1)
    await testId(page, 'device-profile').selectOption('')
    await testId(page, 'device-card').filter({ hasText: 'no profile' }).waitFor()
  })

  it('tries a payload and a mapping while they are typed, and saves the mapping', async () => {
    const page = await openBench()
    await testId(page, 'tab-try').click()
    const result = testId(page, 'trial-result')
    await result.filter({ hasText: '2 would be stored' }).waitFor()
    await testId(page, 'trial-encoding').selectOption('hex')
    await testId(page, 'trial-fault').filter({ hasText: 'Not hex' }).waitFor()
    await testId(page, 'trial-payload').fill(Buffer.from('{"t": 20}').toString('hex'))
    await result.filter({ hasText: 'No values found' }).waitFor()
    await testId(page, 'trial-format').selectOption('mapping')
    await testId(page, 'mapping-expression').fill('{"values": {"temperature": payload.t')
    await result.filter({ hasText: 'mapping_failed' }).waitFor()
    await testId(page, 'mapping-expression').fill('{"values": {"temperature": payload.t}}')
    await result.filter({ hasText: '1 would be stored' }).waitFor()
    await testId(page, 'mapping-id').fill('plant')
    await testId(page, 'mapping-topic').fill('plant/+/t')
    await testId(page, 'mapping-save').click()
    await testId(page, 'mapping-told').filter({ hasText: 'Saved' }).waitFor()
    const { body } = await platform.api<{ items: { id: string }[] }>('GET', '/mappings')
    assert.ok(body.items.some(({ id }) => id === 'plant'))
  })

  it('approves a device behind a gateway in one click, and replays what was held', async () => {
    const secret = await platform.addDevice('gw-1', {
      role: 'gateway',
      type: 'sensor',
      children: { mode: 'hold', type: 'sensor' },
    })
    await platform.api('POST', '/mappings', {
      id: 'gw',
      topic: 'gw/up',
      expression: '{"device": payload.d, "values": {"temperature": payload.t}}',
    })
    const client = await connectDevice(platform.mqttPort, 'gw-1', secret)
    await publish(client, 'gw/up', { d: 'Room 7', t: 21 })
    const page = await openBench()
    await testId(page, 'tab-rejections').click()
    await testId(page, 'rejection').filter({ hasText: 'gw-1' }).waitFor()
    await testId(page, 'approve').click()
    await testId(page, 'approved').locator('[data-testid=replay-open]').click()
    await page.locator('[data-testid=replay-result]').filter({ hasText: '1 taken in' }).waitFor()
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/gw-1.room-7',
    )
    assert.equal(body.quantities.temperature?.value, 21)
  })

  it('shows rejections by device and code, and brings one to the trial', async () => {
    const secret = await platform.addDevice('wm-9')
    const client = await connectDevice(platform.mqttPort, 'wm-9', secret)
    await publish(client, 'devices/wm-9/readings', 'no json')
    const page = await openBench()
    await testId(page, 'tab-rejections').click()
    await testId(page, 'rejections-device').fill('wm-9')
    // Before the list is narrowed down it may show just one as well: another device's.
    await until('the one of this device', async () => {
      const shown = await testId(page, 'rejection').allTextContents()
      return shown.length === 1 && shown[0]?.includes('wm-9')
    })
    await testId(page, 'replay').click()
    await testId(page, 'replay-result').filter({ hasText: '1 still refused' }).waitFor()
    await testId(page, 'fix').click()
    await testId(page, 'trial-result').filter({ hasText: 'Not JSON' }).waitFor()
    await until('the payload', async () => (await testId(page, 'trial-payload').inputValue()) === 'no json')
    await testId(page, 'tab-refused').click()
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-9', secret, { clientId: 'somebody-else' }))
    await page.locator('[data-reason=client_id_not_allowed]').filter({ hasText: 'Wrong client id' }).waitFor()
    await testId(page, 'refused-search').fill('no such name')
    await page.locator('[data-testid=refused-item]').first().waitFor({ state: 'detached' })
  })

  it('gives a field of a native format a meaning in the profile of its device', async () => {
    await platform.api('POST', '/profiles', {
      id: 'tasmota-plug',
      codec: 'tasmota',
      entityType: 'power-meter',
    })
    const secret = await platform.addDevice('plug-1', { profile: 'tasmota-plug', type: 'power-meter' })
    const client = await connectDevice(platform.mqttPort, 'plug-1', secret)
    const page = await openBench()
    await page.locator('[data-device="plug-1"]').click()
    await testId(page, 'waiting').waitFor()
    await publish(client, 'tele/plug-1/SENSOR', {
      Time: '2026-01-02T03:04:05',
      PROBE: { Temperature: 22, Sludge: 12.5 },
    })
    await page.locator('[data-testid=mend][data-path$="/Sludge"]').click()
    await testId(page, 'quantity-search').fill('do duc')
    await page.locator('[role=option][data-quantity=turbidity]').click()
    await testId(page, 'mapper-name').fill('Mud')
    await testId(page, 'mapper-save').click()
    await testId(page, 'mapper-not-understood').waitFor()
    await testId(page, 'mapper-name').fill('Sludge')
    await testId(page, 'mapper-save').click()
    await page.locator('[data-testid=meaning][data-name=Sludge]').waitFor()
    await publish(client, 'tele/plug-1/SENSOR', {
      Time: '2026-01-02T03:05:05',
      PROBE: { Temperature: 22, Sludge: 13 },
    })
    await page.locator('[data-testid=message][data-tone=good] [data-quantity=turbidity]').first().waitFor()
  })

  it('is for integrators: others see no link, and are told so', async () => {
    const tokenOf = async (role: string) =>
      (await platform.api<{ token: string }>('POST', '/tokens', { name: role, role })).body.token
    const operator = await tokenOf('operator')
    const page = await openBench(operator)
    await testId(page, 'not-for-role').waitFor()
    const dashboard = await openBench(operator, '/')
    await dashboard.waitForSelector('body[data-ready=true]')
    assert.equal(await testId(dashboard, 'to-wiring').count(), 0)
    const integrators = await openBench(await tokenOf('integrator'), '/')
    await testId(integrators, 'to-wiring').click()
    await testId(integrators, 'add-device').waitFor()
  })

  it('fits a phone: nothing is wider than the screen', async () => {
    const page = await openBench()
    await page.setViewportSize({ width: 390, height: 800 })
    await addOnPage(page, 'narrow-1')
    for (const tab of ['devices', 'try', 'rejections', 'refused']) {
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      assert.ok(width <= 390, `before ${tab}: ${width}`)
      await testId(page, `tab-${tab}`).click()
    }
  })
})
