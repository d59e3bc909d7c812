import assert from 'node:assert/strict'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

interface Alarm {
  readonly id: number
  readonly entity: string
  readonly severity: string
  readonly state: string
  readonly acknowledgedAt: string | null
  readonly note: string | null
  readonly shelvedUntil: string | null
  readonly members: number
}

describe.skipIf(!canShowPages)('the page of alarms', () => {
  let browser: Browser
  let platform: PlatformProcess
  let page: Page
  const faults: string[] = []
  beforeAll(async () => {
    platform = await startSharedPlatform()
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    page.on('pageerror', (error) => faults.push(error.message))
    for (const [severity, above] of [
      ['high', 100],
      ['critical', 1000],
    ] as const) {
      const names = { nameVi: `Lưu lượng ${severity}`, nameEn: `Flow ${severity}` }
      const condition = { kind: 'threshold', quantity: 'water-flow', above }
      const rule = { id: `flow-${severity}`, ...names, severity, scope: {}, condition, adviceVi: 'Đóng van' }
      assert.equal((await platform.api('POST', '/alarm-rules', rule)).status, 201)
    }
    await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
    await page.waitForSelector('body[data-ready=true]')
  })
  afterAll(async () => {
    await browser?.close()
    await platform?.kill('SIGKILL')
  })

  const show = async (hash: string): Promise<void> => void (await page.goto(`${platform.http}/${hash}`))
  const part = (id: string): Locator => page.locator(`[data-testid=${id}]`)
  const rowOf = (entity: string): Locator => part('alarm-row').filter({ hasText: entity })
  const alarmsOf = async (query: string): Promise<readonly Alarm[]> =>
    (await platform.api<{ items: Alarm[] }>('GET', `/alarms?${query}`)).body.items
  const alarmOf = async (entity: string): Promise<Alarm | undefined> =>
    (await alarmsOf(`entity=${entity}`))[0]

  async function newDevice(id: string): Promise<(flow: number) => Promise<unknown>> {
    const client = await connectDevice(
      platform.mqttPort,
      id,
      await platform.addDevice(id, { type: 'flow-meter' }),
    )
    return (flow) => publish(client, `devices/${id}/readings`, { values: { 'water-flow': flow } })
  }

  it('shows an alarm as its reading comes in, and acknowledges it with a note, and back', async () => {
    const flow = await newDevice('fm-ack')
    await show('#/alarms')
    await page.waitForSelector('[data-testid=alarm-rows]')
    await flow(150)
    const row = rowOf('fm-ack')
    await row.filter({ hasText: '150 m³/h, trên ngưỡng 100 m³/h' }).waitFor()
    await row.filter({ hasText: 'Chưa xác nhận' }).waitFor()
    await row.locator('[data-testid=row-acknowledge]').click()
    await part('ask-note').fill('đã gọi đội sửa chữa')
    await page.keyboard.press('Enter')
    await row.filter({ hasText: 'Đã xác nhận' }).waitFor()
    await part('said').filter({ hasText: 'Đã xác nhận' }).waitFor()
    assert.equal((await alarmOf('fm-ack'))?.note, 'đã gọi đội sửa chữa')
    await row.locator('.alarm-what').click()
    await part('alarm-panel').filter({ hasText: 'Đóng van' }).waitFor()
    await part('alarm-events').filter({ hasText: 'đã gọi đội sửa chữa' }).waitFor()
    await part('undo').click()
    await row.filter({ hasText: 'Chưa xác nhận' }).waitFor()
    await part('alarm-events').filter({ hasText: 'bỏ xác nhận' }).waitFor()
    assert.equal((await alarmOf('fm-ack'))?.acknowledgedAt, null)
  })

  it('shelves, takes off the shelf, edits, clears and deletes, and says what went wrong', async () => {
    const flow = await newDevice('fm-life')
    await show('#/alarms?q=fm-life')
    await flow(150)
    await rowOf('fm-life').locator('.alarm-what').click()
    await part('do-shelve').click()
    await part('ask-span-own').check()
    await part('ask-minutes').fill('20')
    await part('ask-submit').click()
    await rowOf('fm-life').waitFor({ state: 'detached' })
    const { id, shelvedUntil } = (await alarmOf('fm-life')) ?? assert.fail('no alarm')
    assert.ok(Date.parse(shelvedUntil ?? '') > Date.now() + 15 * 60_000)
    await part('state-shelved').click()
    await rowOf('fm-life').filter({ hasText: 'Gác đến' }).waitFor()
    await part('do-unshelve').click()
    await rowOf('fm-life').waitFor({ state: 'detached' })
    await part('state-all').click()
    await part('do-edit').click()
    await part('ask-severity').selectOption('low')
    await part('ask-submit').click()
    await page.locator(`[data-alarm="${id}"][data-severity=low]`).waitFor()
    await part('do-clear').click()
    await part('ask').filter({ hasText: 'dù quy tắc vẫn còn thấy' }).waitFor()
    await part('ask-submit').click()
    await rowOf('fm-life').filter({ hasText: 'đã hết' }).waitFor()
    await part('do-delete').click()
    await platform.api('DELETE', `/alarms/${id}`)
    await part('ask-submit').click()
    await part('ask-failed').filter({ hasText: 'alarm_not_found' }).waitFor()
    await part('ask-cancel').click()
    await rowOf('fm-life').waitFor({ state: 'detached' })
    await part('alarm-panel').filter({ hasText: 'Không có cảnh báo này' }).waitFor()
    await part('close-alarm').click()
    await part('alarm-panel').waitFor({ state: 'detached' })
  })

  it('shows what follows from an alarm, and acknowledges all of it together', async () => {
    const main = await newDevice('fm-main')
    const branches = await Promise.all(['fm-branch-1', 'fm-branch-2'].map(newDevice))
    for (const to of ['fm-branch-1', 'fm-branch-2'])
      assert.equal(
        (await platform.api('POST', '/relations', { kind: 'feeds', from: 'fm-main', to })).status,
        201,
      )
    await show('#/alarms')
    await Promise.all([main, ...branches].map((flow) => flow(150)))
    await rowOf('fm-main').filter({ hasText: 'kéo theo 2' }).waitFor()
    await rowOf('fm-branch-1').waitFor({ state: 'detached' })
    await rowOf('fm-main').locator('.alarm-what').click()
    await part('alarm-members').filter({ hasText: 'fm-branch-2' }).waitFor()
    await part('do-acknowledge').click()
    await part('ask-members').waitFor()
    await part('ask-submit').click()
    await part('said').filter({ hasText: '3 cảnh báo' }).waitFor()
    const members = await alarmsOf(`group=${(await alarmOf('fm-main'))?.id}`)
    assert.deepEqual(
      members.map(({ acknowledgedAt }) => acknowledgedAt !== null),
      [true, true],
    )
  })

  it('keeps its filters in the address, worst first, and is worked by keys alone', async () => {
    const flows = await Promise.all(['fm-key-1', 'fm-key-2', 'fm-key-3'].map(newDevice))
    await show('#/alarms')
    await part('alarm-search').fill('fm-key')
    for (const [i, flow] of flows.entries()) {
      await flow(i === 0 ? 1500 : 150)
      await rowOf(`fm-key-${i + 1}`)
        .first()
        .waitFor()
    }
    await part('alarm-row').nth(3).waitFor()
    await part('severity-high').click()
    await page.locator('[data-severity=critical]').waitFor({ state: 'detached' })
    await page.reload()
    await part('alarm-row').nth(2).waitFor()
    assert.match(page.url(), /#\/alarms\?q=fm-key&severity=high$/)
    assert.equal(await part('alarm-search').inputValue(), 'fm-key')
    assert.equal(await part('severity-critical').locator('b').textContent(), '1')
    await part('severity-high').click()
    await part('alarm-row').nth(3).waitFor()
    assert.equal(await part('alarm-row').first().getAttribute('data-severity'), 'critical')
    await part('alarm-row').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.locator('[data-testid=alarm-row][data-index="1"]:focus').waitFor()
    await page.keyboard.press('Shift+ArrowDown')
    await part('chosen-bar').filter({ hasText: '2' }).waitFor()
    await page.keyboard.press('a')
    await part('ask').filter({ hasText: 'fm-key-3' }).waitFor()
    await page.keyboard.press('Enter')
    await part('said').filter({ hasText: '2 cảnh báo' }).waitFor()
    await page.locator('[data-testid=alarm-row][data-index="2"]:focus').waitFor()
    const acknowledged = await Promise.all(['fm-key-3', 'fm-key-2'].map(alarmOf))
    assert.ok(acknowledged.every((alarm) => alarm?.acknowledgedAt))
    await page.keyboard.press('Enter')
    await part('alarm-panel').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-testid=alarm-row][data-index="2"]:focus').waitFor()
  })

  it('leaves the row that is read where it is while worse ones come, and loads older ones', async () => {
    const rules = Array.from({ length: 205 }, (_, i) => ({
      ...{ id: `many-${i}`, nameVi: `Nhiệt ${i}`, nameEn: `Heat ${i}`, severity: 'low' },
      ...{ scope: {}, condition: { kind: 'threshold', quantity: 'water-temperature', above: 20 + i / 1000 } },
    }))
    for (let from = 0; from < rules.length; from += 20)
      await Promise.all(
        rules.slice(from, from + 20).map((rule) => platform.api('POST', '/alarm-rules', rule)),
      )
    const secret = await platform.addDevice('fm-many', { type: 'flow-meter' })
    const client = await connectDevice(platform.mqttPort, 'fm-many', secret)
    const tell = (values: object) => publish(client, 'devices/fm-many/readings', { values })
    await tell({ 'water-temperature': 30 })
    await show('#/alarms?entity=fm-many')
    await part('alarm-shown').filter({ hasText: '205 cảnh báo' }).waitFor()
    await part('alarm-row').first().focus()
    await page.keyboard.press('End')
    const focused = page.locator('[data-testid=alarm-row]:focus')
    await page.locator('[data-testid=alarm-row][data-index="204"]:focus').waitFor()
    const id = await focused.getAttribute('data-alarm')
    const row = page.locator(`[data-testid=alarm-row][data-alarm="${id}"]`)
    const before = await row.boundingBox()
    await tell({ 'water-flow': 1500 })
    await part('alarm-shown').filter({ hasText: '207 cảnh báo' }).waitFor()
    await page.locator('.new-above button').filter({ hasText: '2 cảnh báo mới' }).waitFor()
    assert.equal((await row.boundingBox())?.y, before?.y)
    assert.equal(await focused.getAttribute('data-alarm'), id)
    await page.reload()
    await part('load-more').click()
    await part('load-more').waitFor({ state: 'detached' })
    assert.equal(await page.locator('.alarm-foot .error').count(), 0)
  })

  it('flags the entity in the overview, before those without alarms, and acknowledges there', async () => {
    await newDevice('aa-quiet')
    const flow = await newDevice('zz-loud')
    await flow(1500)
    await show('#/')
    await page.fill('[data-testid=search]', '-')
    const row = page.locator('[data-testid=entity-row][data-entity=zz-loud]')
    await row.locator('[data-testid=alarm-flag][data-severity=critical]').waitFor()
    await until('it is above the quiet one', async () => {
      const quiet = page.locator('[data-testid=entity-row][data-entity=aa-quiet]')
      return Number(await row.getAttribute('data-index')) < Number(await quiet.getAttribute('data-index'))
    })
    await row.click()
    await part('entity-alarm').nth(1).waitFor()
    await part('entity-acknowledge').first().click()
    await part('entity-unacknowledge').waitFor()
    assert.deepEqual(faults, [])
  })

  it('is for those who may act, and says so to others', async () => {
    const { body } = await platform.api<{ token: string }>('POST', '/tokens', {
      name: 'st',
      role: 'statistician',
    })
    const context = await browser.newContext()
    const other = await context.newPage()
    await other.goto(`${platform.http}/#token=${body.token}`)
    await other.locator('[data-testid=nav-overview]').waitFor()
    assert.equal(await other.locator('[data-testid=nav-alarms]').count(), 0)
    await other.goto(`${platform.http}/#/alarms`)
    await other.locator('[data-testid=not-for-role]').filter({ hasText: 'statistician' }).waitFor()
    await context.close()
  })
})
