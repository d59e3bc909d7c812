import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { chromium } from 'playwright-core'
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts'

/** Takes a picture of a running dashboard: `npm run picture -- <address with #token=…> <file.png> [dark|light] [width] [height] [entity]`. */
const [
  ,
  ,
  url = '',
  file = 'docs/dashboard.png',
  scheme = 'dark',
  width = '1600',
  height = '900',
  entity = '',
] = process.argv
const executablePath = chromiumPath()
if (url === '' || executablePath === null) {
  console.error(
    'usage: npm run picture -- <address that npm run demo printed> [file] [dark|light] [width] [height] [entity]; needs Chromium',
  )
  process.exit(2)
}
mkdirSync(dirname(file), { recursive: true })
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS })
const page = await browser.newPage({
  viewport: { width: Number(width), height: Number(height) },
  colorScheme: scheme === 'light' ? 'light' : 'dark',
})
page.on('console', (message) => {
  if (message.type() === 'error') console.error(message.text())
})
await page.goto(url)
await page.waitForSelector('body[data-ready=true]')
await page.waitForSelector('[data-testid=map] canvas')
if (entity !== '') {
  await page.fill('[data-testid=search]', entity)
  await page.click(`[data-entity="${entity}"]`)
  await page.waitForSelector('[data-testid=entity-panel] canvas')
}
// The map draws in its own time, and says so by its last frame; there is no event for that outside the page.
await page.waitForTimeout(4000)
await page.screenshot({ path: file })
await browser.close()
