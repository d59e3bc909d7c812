import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { startOidcProvider } from '../support/oidc-provider.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

describe.skipIf(!canShowPages)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** A page that gathers what its policy refused. */
  async function openPage(url: string): Promise<{ page: Page; refused: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' })
    const refused: string[] = []
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) refused.push(message.text())
    })
    await page.goto(url)
    return { page, refused }
  }

  it('a person signs in with the provider, and is told why when it fails', async () => {
    let port = 0
    const redirectUrl = () => `http://127.0.0.1:${port}/api/v1/session/oidc/callback`
    const provider = await startOidcProvider({
      id: 'plumbline',
      secret: null,
      redirectUrl,
    })
    // After the provider has its own, so that it does not get this one.
    port = await freePort()
    const platform = await startPlatformProcess({
      HTTP_PORT: String(port),
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'plumbline',
      OIDC_REDIRECT_URL: redirectUrl(),
      OIDC_NAME: 'the province',
    })
    const { page, refused } = await openPage(platform.http)
    const button = page.locator('[data-testid=sign-in-provider]')
    await button.filter({ hasText: 'the province' }).waitFor()
    await button.click()
    await page
      .locator('[data-testid=sign-in-error]')
      .filter({ hasText: /role|vai trò/ })
      .waitFor()
    assert.equal(new URL(page.url()).hash, '')
    provider.claims = { roles: ['plumbline-operator'], name: 'An' }
    await button.click()
    await page.waitForSelector('body[data-ready=true]')
    await page.reload()
    await page.waitForSelector('body[data-ready=true]')
    assert.deepEqual(refused, [])
    await page.close()
  })

  it('the pages need nothing that their policy refuses, and without a provider offer none', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1', { location: { lat: 12.68, lon: 108.05 } })
    const { page, refused } = await openPage(platform.http)
    await page.waitForSelector('[data-testid=sign-in-token]')
    await page.waitForLoadState('networkidle')
    assert.equal(await page.locator('[data-testid=sign-in-provider]').count(), 0)
    await page.fill('[data-testid=sign-in-token]', ADMIN_TOKEN)
    await page.click('[data-testid=sign-in-submit]')
    await page.waitForSelector('[data-testid=map] canvas')
    await page.click('[data-entity="wm-1"]')
    await page.waitForSelector('[data-testid=entity-panel]')
    assert.deepEqual(refused, [])
    const docs = await openPage(`${platform.http}/docs/`)
    await docs.page.waitForSelector('.opblock')
    assert.deepEqual(docs.refused, [])
    await page.close()
    await docs.page.close()
  })
})
