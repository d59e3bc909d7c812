import { existsSync } from 'node:fs'
import { isInstalled } from '../flows/install.ts'
import { chromiumPath } from './support/chromium.ts'
import { hasCommand } from './support/command.ts'
import { postgresBin } from './support/postgres.ts'
import { canTrace } from './support/strace.ts'

/** Says by name, before the tests run, which of them cannot run on this machine and why. */
const skips: string[] = []
if (postgresBin() === null)
  skips.push(
    'server driver, plain tables, stalled database: no PostgreSQL (Debian: apt-get install postgresql)',
  )
if (chromiumPath() === null)
  skips.push('dashboard in a browser: no Chromium (Debian: apt-get install chromium)')
if (!canTrace())
  skips.push('fsync reaches the host: strace cannot trace here (Debian: apt-get install strace)')
if (!hasCommand('mosquitto_pub'))
  skips.push(
    'publish line as printed, client certificates with mosquitto: no mosquitto_pub (Debian: apt-get install mosquitto-clients)',
  )
for (const command of ['curl', 'python3'])
  if (!hasCommand(command))
    skips.push(`snippets of a device for ${command}: it is not there (Debian: apt-get install ${command})`)
if (!hasCommand('mosquitto'))
  skips.push('bridges and upstreams with a mosquitto: none here (Debian: apt-get install mosquitto)')
if (!hasCommand('pdftotext'))
  skips.push('text of the printed report: no pdftotext (Debian: apt-get install poppler-utils)')
if (!process.env.TEST_TIMESCALE_URL)
  skips.push('store on a TimescaleDB server: TEST_TIMESCALE_URL is not set')
if (!existsSync(new URL('../dashboard/dist/index.html', import.meta.url)))
  skips.push('dashboard in a browser: the pages are not built')
if (!isInstalled())
  skips.push(
    'Node-RED with the flows: not installed in flows/ (npm run flows -- --install: about 20 s, 130 MB)',
  )
for (const skip of skips) console.log(`SKIPPED ${skip}`)
