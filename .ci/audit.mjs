// Asks the registry for known faults of what the platform runs on: high and critical ones fail. A registry without such an
// answer (a mirror, no network) is no fault of ours: it is said, loudly, and the rest goes on.
import { spawnSync } from 'node:child_process'

const ASK = [
  'audit',
  '--omit=dev',
  '--audit-level=high',
  '--json',
  '--fetch-retries=1',
  '--fetch-timeout=30000',
]
const { stdout, error } = spawnSync('npm', ASK, {
  encoding: 'utf8',
  timeout: 180_000,
  maxBuffer: 64 * 1024 * 1024,
})

const report = parsed(stdout ?? '')
const counts = report?.metadata?.vulnerabilities
if (counts === undefined) {
  const why = report?.message ?? report?.error?.summary ?? error?.message ?? 'no answer'
  process.stdout.write(`\nDEPENDENCIES NOT AUDITED: the registry could not be asked (${why}).\n`)
  process.stdout.write('Run `npm audit --omit=dev --audit-level=high` where it can be.\n\n')
  process.exit(0)
}
const grave = Object.values(report.vulnerabilities ?? {}).filter(
  ({ severity }) => severity === 'high' || severity === 'critical',
)
for (const { name, severity, range, via } of grave) {
  const titles = via.map((cause) =>
    typeof cause === 'string' ? `through ${cause}` : `${cause.title} ${cause.url}`,
  )
  process.stdout.write(`${severity}: ${name} ${range}: ${titles.join('; ')}\n`)
}
process.stdout.write(
  `dependencies audited: ${counts.total ?? 0} known faults, ${grave.length} of them high or critical\n`,
)
process.exit(grave.length > 0 ? 1 : 0)

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
