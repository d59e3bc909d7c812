import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { readIncident } from '../../simulator/incidents.ts'
import { runSimulator } from '../../simulator/run.ts'
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts'
import { ADMIN_TOKEN, type PlatformProcess, spawnPlatform } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

/** Takes a picture of every page of a platform of its own, with a simulated province in trouble:
 *  `npm run screenshots -- [folder] [part of a page's name]`. To be looked at before a release. */
const [, , folder = 'screenshots', only = ''] = process.argv

const PAGES: readonly (readonly [name: string, address: string])[] = [
  ['overview', '/#/'],
  ['alarms', '/#/alarms'],
  ['rules', '/#/rules'],
  ['zone', '/#/entities/sim-zone-01'],
  ['feeder', '/#/entities/sim-fd-01'],
  ['replay', '/#/replay'],
  ['indicator', '/#/indicator'],
  ['indicator-how', '/#/indicator?how=66'],
  ['indicator-progress', '/#/indicator?tab=progress'],
  ['indicator-breakdown', '/#/indicator?tab=breakdown'],
  ['indicator-releases', '/#/indicator?tab=releases'],
  ['indicator-exports', '/#/indicator?tab=exports'],
  ['inputs', '/#/inputs'],
  ['wall', '/#/wall'],
  ['system', '/#/system'],
  ['wiring', '/wiring'],
]
const WIDTHS = [
  ['wide', 1440, 900],
  ['phone', 390, 844],
] as const
const LOOKS = [
  ['vi', 'dark'],
  ['en', 'light'],
] as const
const INCIDENTS = [
  'pipe-burst:sim-zone-01@20+600',
  'feeder-overload:sim-fd-01@20+600',
  'dead-sensor:sim-wm-0001@5+600',
]
const ALARMS_MIN = 3
// The map and the curves draw in their own time, and say so by their last frame; there is no event for that outside the page.
const DRAWING_MS = 3000

const executablePath = chromiumPath()
if (executablePath === null) {
  console.error('needs Chromium: apt-get install chromium, or name one in CHROMIUM')
  process.exit(2)
}
mkdirSync(folder, { recursive: true })
const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-screenshots-'))
const platform = await spawnPlatform({ DATA_DIR: dataFolder, LOG_LEVEL: 'info' }, (child) => {
  process.once('exit', () => child.kill('SIGKILL'))
})
const simulator = await runSimulator({
  devices: 100,
  rate: 20,
  url: `mqtt://127.0.0.1:${platform.mqttPort}`,
  api: platform.http,
  token: ADMIN_TOKEN,
  network: true,
  historyHours: 24,
  incidents: INCIDENTS.map((text) => readIncident(text, Date.now())).filter((one) => typeof one !== 'string'),
  log: (line) => console.log(line),
})
await simulator.ready
await until('alarms of the incidents', () => hasAlarms(platform), 120_000, 1000)
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS })
for (const [language, theme] of LOOKS)
  for (const [width, ...size] of WIDTHS) await takeAll(browser, language, theme, width, size)
await browser.close()
await simulator.stop()
await platform.kill('SIGTERM')
rmSync(dataFolder, { recursive: true, force: true })

async function hasAlarms({ api }: PlatformProcess): Promise<boolean> {
  const { body } = await api<{ items: unknown[] }>('GET', '/alarms?state=open&kind=process')
  return body.items.length >= ALARMS_MIN
}

async function takeAll(
  browser: Browser,
  language: string,
  theme: string,
  widthName: string,
  [width, height]: readonly [number, number],
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height } })
  await context.addInitScript(
    ([language, theme]) => {
      localStorage.setItem('plumbline.language', language ?? '')
      localStorage.setItem('plumbline.theme', theme ?? '')
    },
    [language, theme],
  )
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`${language} ${widthName}: ${error.message}`))
  await page.goto(`${platform.http}/#token=${ADMIN_TOKEN}`)
  await page.waitForSelector('body[data-ready=true]')
  for (const [name, address] of PAGES.filter(([name]) => name.includes(only))) {
    await page.goto(`${platform.http}${address}`)
    await page.waitForSelector('main')
    await page.waitForTimeout(DRAWING_MS)
    const file = join(folder, `${name}-${widthName}-${language}-${theme}.png`)
    await page.screenshot({ path: file })
    console.log(file)
  }
  await context.close()
}
