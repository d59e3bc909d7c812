import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

/** The month before this one in the province: it is over, and so can be published. */
const LAST_MONTH = monthBefore(new Date(Date.now() + 7 * 3_600_000))
const EXPORTS = [
  ...['xlsx', 'csv', 'sdmx-csv', 'sdmx-json', 'json-stat', 'json'].map((format) => `export-${format}`),
  ...['export-data', 'export-structure', 'export-catalogue', 'report-vi', 'report-en'],
]
const HEAD = 'area,year,basis,value,source'

describe.skipIf(!canShowPages)('the pages of the indicator in a browser', () => {
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

  async function open(role: 'statistician' | 'operator', address: string): Promise<Page> {
    const { body } = await platform.api<{ token: string }>('POST', '/tokens', { name: `a ${role}`, role })
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    onTestFinished(() => context.close())
    await context.addInitScript(() => localStorage.setItem('plumbline.language', 'en'))
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    onTestFinished(() => assert.deepEqual(faults, []))
    await page.goto(`${platform.http}/#token=${body.token}`)
    await page.waitForSelector('body[data-ready=true]')
    await page.goto(`${platform.http}/${address}`)
    return page
  }
  const population = async (area: string, year: number, value: number): Promise<void> => {
    const row = { area, year, basis: 'average', value, source: 'GSO' }
    assert.equal((await platform.api('POST', '/populations', row)).status, 201)
  }

  /** Two that were heard in that month and one that was not, in a commune of eight people. */
  async function lastMonthsDevices(): Promise<void> {
    const year = Number(LAST_MONTH.slice(0, 4))
    await population('24133', year, 8)
    await population('66', year, 11)
    for (const id of ['wm-1', 'wm-2', 'wm-silent']) {
      const secret = await platform.addDevice(id, { validFrom: `${LAST_MONTH}-01T00:00:00+07:00` })
      if (id === 'wm-silent') continue
      const sent = await fetch(`${platform.http}/ingest/devices/${id}/readings`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ time: `${LAST_MONTH}-15T12:00:00+07:00`, values: { 'water-flow': 1 } }),
      })
      assert.equal(sent.status, 204)
    }
    await until('both counted', async () => {
      const path = `/indicators/iot-per-capita?area=24133&period=${LAST_MONTH}`
      return (await platform.api<{ connections: number }>('GET', path)).body.connections === 2
    })
  }

  async function publish(page: Page, kind: string, reason: string): Promise<void> {
    await testId(page, 'publish-periods').fill(LAST_MONTH)
    await testId(page, 'publish-kind').selectOption(kind)
    await testId(page, 'publish-reason').fill(reason)
    await testId(page, 'publish-preview').click()
    await testId(page, 'publish-draft').filter({ hasText: 'new or changed' }).waitFor()
    await testId(page, 'publish-confirm').click()
    await testId(page, 'publish-said').filter({ hasText: 'Published' }).waitFor()
  }
  const testId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const choose = (page: Page, name: string, lines: readonly string[]) =>
    testId(page, 'upload-file').setInputFiles({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(lines.join('\n')),
    })

  it('judges a file row by row, stores none of a faulty one, and a good one once it is confirmed', async () => {
    const page = await open('statistician', '#/inputs')
    await testId(page, 'known').filter({ hasText: 'none yet' }).waitFor()
    await choose(page, 'faulty.csv', [HEAD, '24133,2025,average,8,GSO', '24133,2025,avrage,8,GSO'])
    await testId(page, 'upload-check').click()
    await testId(page, 'preview-verdict').filter({ hasText: '1 rows are faulty' }).waitFor()
    const fault = page.locator('[data-testid=preview-row][data-verdict=fault]')
    assert.match((await fault.textContent()) ?? '', /^2.*Fault.*Basis/)
    assert.equal(await testId(page, 'upload-store').count(), 0)

    await choose(page, 'good.csv', [HEAD, '24133,2025,average,8,GSO', '66,2025,average,11,GSO'])
    await testId(page, 'upload-check').click()
    await testId(page, 'count-new').filter({ hasText: '2' }).waitFor()
    await testId(page, 'known').filter({ hasText: 'none yet' }).waitFor()
    await testId(page, 'upload-store').click()
    await testId(page, 'upload-done').filter({ hasText: 'Stored: 2 new' }).waitFor()
    await testId(page, 'known').filter({ hasText: 'Buon Ma Thuot Ward (24133)' }).waitFor()
    assert.equal(await testId(page, 'known-entry').count(), 2)

    await choose(page, 'revised.csv', [HEAD, '24133,2025,average,9,GSO', '66,2025,average,11,GSO'])
    await testId(page, 'upload-check').click()
    const revision = page.locator('[data-testid=preview-row][data-verdict=revision]')
    await revision.filter({ hasText: '8 → 9' }).waitFor()
    await testId(page, 'count-unchanged').filter({ hasText: '1' }).waitFor()
  })

  it('shows the figure of a commune and how it was computed, and carries it into exports', async () => {
    await lastMonthsDevices()
    const page = await open('operator', `#/indicator?period=${LAST_MONTH}`)
    await testId(page, 'headline-value').filter({ hasText: '0.1818' }).waitFor()
    assert.match(
      (await testId(page, 'headline').textContent()) ?? '',
      /2 .*11 .*average population.*GSO.*lower bound/,
    )
    await testId(page, 'headline-release').filter({ hasText: 'Computed live, not published' }).waitFor()
    await page.locator('[data-testid=choropleth][data-state=shown]').waitFor()
    const commune = page.locator('[data-testid=rank-row][data-area="24133"]')
    await commune.filter({ hasText: '0.2500' }).filter({ hasText: '2 / 8' }).waitFor()
    await commune.locator('button').first().press('Enter')
    await testId(page, 'headline-value').filter({ hasText: '0.2500' }).waitFor()
    assert.match(page.url(), /area=24133/)

    await testId(page, 'headline-how').click()
    await testId(page, 'explanation-formula').filter({ hasText: '2 ÷ 8 = 0.2500' }).waitFor()
    for (const [rule, count] of [
      ['ALL', '3'],
      ['NEVER_HEARD', '1'],
      ['ACTIVE', '2'],
    ] as const)
      await page.locator(`[data-testid=step][data-rule=${rule}]`).filter({ hasText: count }).waitFor()
    await testId(page, 'explanation-populations').filter({ hasText: 'used' }).waitFor()
    await testId(page, 'explanation-itu').filter({ hasText: 'ITU' }).waitFor()
    const method = await testId(page, 'methodology').getAttribute('href')
    assert.equal((await page.request.get(`${platform.http}${method}`)).status(), 200)
    await testId(page, 'explanation-close').click()
    await testId(page, 'explanation').waitFor({ state: 'detached' })

    await testId(page, 'tab-breakdown').click()
    await page
      .locator('[data-testid=breakdown-domain] [data-code=WATER]')
      .filter({ hasText: '100.0 %' })
      .waitFor()
    await testId(page, 'tab-exports').click()
    for (const id of EXPORTS) {
      const href = await testId(page, id).getAttribute('href')
      const answer = await page.request.get(`${platform.http}${href}`)
      assert.equal(answer.status(), 200, `${id}: ${href}`)
      if (id === 'export-csv') assert.match(await answer.text(), /24133.*0\.2500/)
    }
    assert.equal(await testId(page, 'publish').count(), 0)
  })

  it('publishes in two steps, verifies what it published, and says what a correction changed', async () => {
    const page = await open('statistician', `#/indicator?tab=releases&period=${LAST_MONTH}`)
    await publish(page, 'ROUTINE', '')
    await testId(page, 'release').filter({ hasText: 'Routine' }).waitFor()
    await testId(page, 'compare').filter({ hasText: 'two releases' }).waitFor()
    await testId(page, 'verify').click()
    await testId(page, 'verified').filter({ hasText: 'the same to the last digit' }).waitFor()

    const year = Number(LAST_MONTH.slice(0, 4))
    await population('24133', year, 4)
    await testId(page, 'publish-kind').selectOption('CORRECTION')
    await testId(page, 'publish-preview').click()
    await page.getByText('A correction takes a reason').waitFor()
    await publish(page, 'CORRECTION', 'The yearbook was corrected.')
    const revision = page.locator(
      '[data-testid=compare] [data-testid=revision][data-area="24133"][data-indicator=IOT_CONN_PC]',
    )
    assert.match((await revision.textContent()) ?? '', /0\.2500.*0\.5000.*Population revised/)

    const first = testId(page, 'release').last()
    await first.getByRole('button').first().click()
    await page.goto(`${platform.http}/${new URL(page.url()).hash.replace('tab=releases', 'area=24133')}`)
    await testId(page, 'headline-value').filter({ hasText: '0.2500' }).waitFor()
    await testId(page, 'headline-release').filter({ hasText: 'Published on' }).waitFor()
  })

  it('lets an operator look at the inputs only', async () => {
    const page = await open('operator', '#/inputs?kind=targets')
    await page.getByText('the role operator may not enter this kind').waitFor()
    assert.equal(await testId(page, 'upload').count(), 0)
    assert.equal(await testId(page, 'nav-inputs').count(), 0)
  })
})

function monthBefore(day: Date): string {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
}
