import { useSignal } from '@preact/signals'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { attempt } from '../state/asked.ts'
import { nameOf } from '../state/catalogue.ts'
import { language } from '../state/preferences.ts'
import { addressOf, route } from '../state/route.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { patch } from '../wire/client.ts'
import { conditionText, scopeText } from './rule-text.ts'
import type { Rule } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly rule: Rule
  readonly active: number
  readonly mayChange: boolean
  readonly changed: () => void
}

export function RuleRow({ rule, active, mayChange, changed }: Props) {
  const name = nameOf(rule)
  const advice = language.value === 'vi' ? rule.adviceVi : rule.adviceEn
  const query = Object.fromEntries(route.value.query)
  return (
    <li
      class={rule.isEnabled ? 'rule-row' : 'rule-row rule-off'}
      data-testid="rule"
      data-rule={rule.id}
      data-on={rule.isEnabled}
    >
      <span class="rule-severity">
        <SeverityMark severity={rule.severity} />
        {t(`severity.${rule.severity}`)}
      </span>
      <div class="rule-name">
        <b>{name}</b>
        <span class="muted">
          {scopeText(rule.scope)} · <Origin rule={rule} />
        </span>
      </div>
      <div class="rule-condition">
        {conditionText(rule.condition)}
        {advice !== undefined && <span class="muted small">{advice}</span>}
      </div>
      <span class="rule-active" data-testid="rule-active">
        {active === 0 ? (
          <span class="muted">{w('noActive')}</span>
        ) : (
          <a href={addressOf('alarms', null, { q: name })}>
            {active === 1 ? w('oneActive') : w('active', { count: formatCount(active) })}
          </a>
        )}
      </span>
      <Switch rule={rule} name={name} mayChange={mayChange} changed={changed} />
      {mayChange && (
        <a
          class="button rule-edit"
          href={addressOf('rules', null, { ...query, edit: rule.id })}
          aria-label={w('editName', { name })}
          data-testid="rule-edit"
        >
          {w('edit')}
        </a>
      )}
    </li>
  )
}

function Origin({ rule: { origin, revision } }: { rule: Rule }) {
  if (origin === 'user') return <>{w('own')}</>
  return (
    <>
      {w('fromModel')}
      {revision > 0 && <b class="rule-changed"> {w('changed')}</b>}
    </>
  )
}

function Switch({ rule, name, mayChange, changed }: Omit<Props, 'active'> & { readonly name: string }) {
  const fault = useSignal<string | null>(null)
  const toggle = async (): Promise<void> => {
    const isEnabled = !rule.isEnabled
    fault.value = await attempt(() => patch(`/alarm-rules/${encodeURIComponent(rule.id)}`, { isEnabled }))
    changed()
  }
  const word = w(rule.isEnabled ? 'on' : 'off')
  if (!mayChange) return <span class="rule-switched">{word}</span>
  return (
    <span class="rule-switched">
      <button
        type="button"
        class="rule-switch"
        role="switch"
        aria-checked={rule.isEnabled}
        aria-label={w('switch', { name })}
        onClick={() => void toggle()}
        data-testid="rule-switch"
      >
        <span class="rule-knob" />
      </button>
      {word}
      {fault.value !== null && (
        <span class="error small" role="alert">
          {fault.value}
        </span>
      )}
    </span>
  )
}
