import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'

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

  it('lets an operator look at the inputs only', async () => {
    const page = await open('operator', '#/inputs?kind=targets')
    await page.getByText('the role operator may not enter this kind').waitFor()
    assert.equal(await testId(page, 'upload').count(), 0)
    assert.equal(await testId(page, 'nav-inputs').count(), 0)
  })
})
