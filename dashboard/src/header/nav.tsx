import { unattended } from '../state/alarms.ts'
import { addressOf, type PageName, route } from '../state/route.ts'
import { mayEnterInputs, mayWire, type SignedIn } from '../state/sign-in.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'

const LINKS = [
  'overview',
  'alarms',
  'rules',
  'replay',
  'indicator',
  'inputs',
  'wall',
  'system',
] as const satisfies readonly PageName[]
/** What a statistician is not told, the pages do not offer. */
const FOR_ALARMS: ReadonlySet<string> = new Set(['alarms', 'rules', 'system'])

/** What nobody else enters: the figures of statistics and what they are made of. */
const FOR_STATISTICS: ReadonlySet<string> = new Set(['inputs'])

export const mayAlarm = ({ role }: SignedIn): boolean => role !== 'statistician'

export function Nav({ who }: { who: SignedIn }) {
  const links = LINKS.filter(
    (page) => (mayAlarm(who) || !FOR_ALARMS.has(page)) && (mayEnterInputs(who) || !FOR_STATISTICS.has(page)),
  )
  return (
    <nav class="nav" aria-label={t('nav.label')}>
      {links.map((page) => (
        <a
          key={page}
          class="nav-link"
          href={addressOf(page)}
          aria-current={page === route.value.page ? 'page' : undefined}
          data-testid={`nav-${page}`}
        >
          {t(`nav.${page}`)}
          {page === 'alarms' && <Badge />}
        </a>
      ))}
      {mayWire(who) && (
        <a class="nav-link" href="/wiring" data-testid="to-wiring">
          {t('header.wiring')}
        </a>
      )}
    </nav>
  )
}

/** How many alarms nobody has looked at, in the colour of the worst. */
function Badge() {
  const [worst] = unattended.value
  if (worst === undefined) return null
  return (
    <b class={`nav-badge badge-${worst.severity}`} data-testid="alarm-badge">
      {formatCount(unattended.value.length)}
    </b>
  )
}
