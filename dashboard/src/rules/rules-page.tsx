import { useSignal } from '@preact/signals'
import { activeAlarms } from '../state/alarms.ts'
import { errorText, useAsked } from '../state/asked.ts'
import { addressOf, route } from '../state/route.ts'
import { mayWire, signedIn } from '../state/sign-in.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { EditRule, RuleEditor } from './rule-editor.tsx'
import { filtered } from './rule-filter.ts'
import { RuleFilterBar } from './rule-filter-bar.tsx'
import { RuleRow } from './rule-row.tsx'
import './rules.css'
import type { Rule } from './wire.ts'
import { w } from './words.ts'

const SHOWN_STEP = 100
/** Somebody else may change a rule, too. */
const ASK_EVERY_MS = 30_000

export function RulesPage() {
  const { query } = route.value
  const who = signedIn.value
  const mayChange = who !== null && who !== 'asking' && mayWire(who)
  const edited = mayChange ? query.get('edit') : null
  return (
    <main class="rules">
      {mayChange && query.has('new') ? (
        <RuleEditor rule={null} />
      ) : edited !== null ? (
        <EditRule id={edited} key={edited} />
      ) : (
        <RuleList mayChange={mayChange} />
      )}
    </main>
  )
}

function RuleList({ mayChange }: { mayChange: boolean }) {
  const version = useSignal(0)
  const shownMax = useSignal(SHOWN_STEP)
  const { query } = route.value
  const { body, error } = useAsked<{ items: readonly Rule[] }>(
    '/alarm-rules',
    version.value,
    ASK_EVERY_MS,
  ).value
  const rules = filtered(body?.items ?? [], query)
  const active = activeByRule()
  return (
    <>
      <div class="rules-head">
        <h1 class="rules-title">{w('title')}</h1>
        {mayChange && (
          <a
            class="button"
            href={addressOf('rules', null, { ...Object.fromEntries(query), new: '1' })}
            data-testid="rule-new"
          >
            {w('new')}
          </a>
        )}
      </div>
      <RuleFilterBar />
      <p class="muted small" role="status">
        {body !== null &&
          w('shown', { shown: formatCount(rules.length), all: formatCount(body.items.length) })}
      </p>
      {!mayChange && <p class="muted small">{w('readOnly')}</p>}
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error)}
        </p>
      )}
      {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
      {body !== null && rules.length === 0 && <p class="muted">{w('none')}</p>}
      <ul class="card rule-list">
        {rules.slice(0, shownMax.value).map((rule) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            active={active.get(rule.id) ?? 0}
            mayChange={mayChange}
            changed={() => version.value++}
          />
        ))}
      </ul>
      {rules.length > shownMax.value && (
        <button type="button" class="button" onClick={() => (shownMax.value += SHOWN_STEP)}>
          {w('more')}
        </button>
      )}
    </>
  )
}

function activeByRule(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rule } of activeAlarms.value) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return counts
}
