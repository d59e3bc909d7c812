import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { canShowPages, launchChromium } from '../support/chromium.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
/** WCAG 2.2 AA with all before it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const PAGES = {
  overview: '/#/',
  panel: '/#/?entity=tr-1',
  alarms: '/#/alarms',
  alarm: '/#/alarms?alarm=1',
  rules: '/#/rules',
  entity: '/#/entities/tr-1',
  replay: '/#/replay',
  indicator: '/#/indicator',
  explanation: '/#/indicator?how=66',
  progress: '/#/indicator?tab=progress&freq=A',
  breakdown: '/#/indicator?tab=breakdown',
  releases: '/#/indicator?tab=releases',
  exports: '/#/indicator?tab=exports',
  inputs: '/#/inputs',
  wall: '/#/wall',
  system: '/#/system',
  wiring: '/wiring',
} as const
const LOOKS = [
  { theme: 'dark', language: 'vi', width: 1440, height: 900 },
  { theme: 'light', language: 'en', width: 390, height: 844 },
] as const

describe.skipIf(!canShowPages)('every page by WCAG 2.2 AA', () => {
  let browser: Browser
  let platform: PlatformProcess
  beforeAll(async () => {
    platform = await startSharedPlatform()
    browser = await launchChromium()
    await troubledTransformer()
  })
  afterAll(async () => {
    await browser.close()
    await platform.kill('SIGKILL')
  })

  /** One that has a curve, what follows from it, and an alarm. */
  async function troubledTransformer(): Promise<void> {
    const secret = await platform.addDevice('tr-1', {
      type: 'transformer',
      location: { lat: 12.68, lon: 108.05 },
    })
    await platform.api('PATCH', '/entities/tr-1', { attributes: { 'rated-apparent-power': 100 } })
    const rule = {
      id: 'hot',
      nameVi: 'Công suất cao',
      nameEn: 'High power',
      severity: 'high',
      scope: { entities: ['tr-1'] },
      condition: { kind: 'threshold', quantity: 'active-power', above: 50 },
    }
    assert.equal((await platform.api('POST', '/alarm-rules', rule)).status, 201)
    const readings = [20, 21, 22, 80].map((power, minutes) => ({
      time: Date.now() - (4 - minutes) * 60_000,
      values: { 'active-power': power, 'reactive-power': 10, 'voltage/L1': 221, 'current/L1': 40 },
    }))
    const authorization = `Basic ${Buffer.from(`tr-1:${secret}`).toString('base64')}`
    const sent = await fetch(`${platform.http}/ingest/devices/tr-1/readings`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(readings),
    })
    assert.equal(sent.status, 204)
    await until('the alarm', async () => {
      const { body } = await platform.api<{ items: { id: number }[] }>(
        'GET',
        '/alarms?state=open&entity=tr-1',
      )
      return body.items.some(({ id }) => id === 1)
    })
  }

  for (const { theme, language, width, height } of LOOKS)
    it(`holds it ${theme}, ${language}, ${width} px wide`, async () => {
      // Only so that the checker itself may come into the page; that the pages keep to their policy, others show.
      const context = await browser.newContext({ viewport: { width, height }, bypassCSP: true })
      await context.addInitScript(
        ([theme = '', language = '']) => {
          localStorage.setItem('plumbline.theme', theme)
          localStorage.setItem('plumbline.language', language)
        },
        [theme, language],
      )
      const page = await context.newPage()
      await page.goto(`${platform.http}/`)
      await page.waitForSelector('[data-testid=sign-in-token]')
      const faults = await faultsOf(page, 'sign-in')
      // Only the fragment changes: that signs in, and a reload might cut it short.
      await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
      await page.waitForSelector('body[data-ready=true]')
      for (const [name, address] of Object.entries(PAGES)) {
        await page.goto(`${platform.http}${address}`)
        await page.waitForSelector('main')
        await page.locator('.asking').waitFor({ state: 'detached' })
        faults.push(...(await faultsOf(page, name)))
        const isTooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
        if (isTooWide) faults.push(`${name}: wider than the screen`)
      }
      await context.close()
      assert.deepEqual(faults, [])
    })
})

async function faultsOf(page: Page, name: string): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(
    (values): Promise<AxeResults> =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({
        runOnly: { type: 'tag', values },
      }),
    TAGS,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${name}: ${id} at ${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`),
  )
}
