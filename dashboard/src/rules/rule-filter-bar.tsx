import { entityTypes, nameOf } from '../state/catalogue.ts'
import { route, setQuery } from '../state/route.ts'
import { t } from '../text/messages.ts'
import { SEVERITIES } from '../wire/alarm.ts'
import { DOMAINS } from '../wire/entity.ts'
import { byName } from './rule-text.ts'
import { w } from './words.ts'

const NONE = { q: null, domain: null, type: null, severity: null, state: null } as const

export function RuleFilterBar() {
  const { query } = route.value
  const isFiltered = Object.keys(NONE).some((name) => query.has(name))
  return (
    <div class="rules-filters">
      <input
        class="input"
        type="search"
        placeholder={w('search')}
        aria-label={w('search')}
        value={query.get('q') ?? ''}
        onInput={({ currentTarget }) => setQuery({ q: currentTarget.value || null })}
        data-testid="rules-search"
      />
      <Choice
        name="domain"
        label={w('domain')}
        any={w('anyDomain')}
        options={DOMAINS.map((domain) => [domain, t(`domain.${domain}`)])}
      />
      <Choice
        name="type"
        label={w('type')}
        any={w('anyType')}
        options={[...entityTypes.value.values()].sort(byName).map((type) => [type.id, nameOf(type)])}
      />
      <Choice
        name="severity"
        label={w('severity')}
        any={w('anySeverity')}
        options={SEVERITIES.toReversed().map((severity) => [severity, t(`severity.${severity}`)])}
      />
      <Choice
        name="state"
        label={w('state')}
        any={w('anyState')}
        options={[
          ['on', w('on')],
          ['off', w('off')],
        ]}
      />
      {isFiltered && (
        <button type="button" class="chip chip-clear" onClick={() => setQuery(NONE)}>
          {w('clear')}
        </button>
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly name: 'domain' | 'type' | 'severity' | 'state'
  readonly label: string
  readonly any: string
  readonly options: readonly (readonly [value: string, text: string])[]
}

function Choice({ name, label, any, options }: ChoiceProps) {
  return (
    <select
      class="select"
      aria-label={label}
      value={route.value.query.get(name) ?? ''}
      onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value || null })}
      data-testid={`rules-${name}`}
    >
      <option value="">{any}</option>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  )
}
