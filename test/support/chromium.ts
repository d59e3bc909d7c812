import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's Chromium, or the one named by CHROMIUM; null where there is none. */
export const chromiumPath = (): string | null =>
  [process.env.CHROMIUM ?? '', '/usr/bin/chromium'].find((path) => path !== '' && existsSync(path)) ?? null

/** For a headless browser that talks to loopback only and draws WebGL without a graphics card. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

const isDashboardBuilt = existsSync(new URL('../../dashboard/dist/index.html', import.meta.url))

/** Whether there is a browser, and something to show in it. */
export const canShowPages = chromiumPath() !== null && isDashboardBuilt

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath() ?? '', args: CHROMIUM_ARGS })
