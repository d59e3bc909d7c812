import { existsSync } from 'node:fs'

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
