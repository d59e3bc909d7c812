import { areas, entityTypes, nameOf, typeName } from '../state/catalogue.ts'
import { t } from '../text/messages.ts'
import { DOMAINS } from '../wire/entity.ts'
import type { Faults } from './body.ts'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'
import { byName } from './rule-text.ts'
import { w } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly faults: Faults
}

/** Which things a rule watches: those that are all of what is named. */
export function ScopeFields({ draft, change, faults }: Props) {
  return (
    <>
      <Types draft={draft} change={change} faults={faults} />
      <Field path="scope.domain" label={w('domain')} faults={faults}>
        {(wiring) => (
          <select
            {...wiring}
            class="select"
            value={draft.domain}
            onChange={({ currentTarget }) => change({ domain: currentTarget.value })}
          >
            <option value="">{w('anyDomain')}</option>
            {DOMAINS.map((domain) => (
              <option key={domain} value={domain}>
                {t(`domain.${domain}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field path="scope.area" label={w('edit.area')} faults={faults}>
        {(wiring) => (
          <select
            {...wiring}
            class="select"
            value={draft.area}
            onChange={({ currentTarget }) => change({ area: currentTarget.value })}
          >
            <option value="">{w('edit.anyArea')}</option>
            {[...areas.value.values()].sort(byName).map((area) => (
              <option key={area.code} value={area.code}>
                {nameOf(area)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        path="scope.entities"
        label={w('edit.entities')}
        hint={w('edit.entitiesHint')}
        faults={faults}
        isWide
      >
        {(wiring) => (
          <input
            {...wiring}
            class="input"
            autocomplete="off"
            spellcheck={false}
            value={draft.entities}
            onInput={({ currentTarget }) => change({ entities: currentTarget.value })}
            data-testid="rule-entities"
          />
        )}
      </Field>
    </>
  )
}

function Types({ draft, change, faults }: Props) {
  const left = [...entityTypes.value.values()].filter(({ id }) => !draft.types.includes(id)).sort(byName)
  return (
    <Field path="scope.types" label={w('edit.types')} faults={faults} isWide>
      {(wiring) => (
        <span class="rule-types">
          {draft.types.map((type) => (
            <button
              key={type}
              type="button"
              class="chip"
              aria-label={w('edit.removeType', { name: typeName(type) })}
              onClick={() => change({ types: draft.types.filter((one) => one !== type) })}
            >
              {typeName(type)} <span aria-hidden="true">×</span>
            </button>
          ))}
          <select
            {...wiring}
            class="select"
            value=""
            onChange={({ currentTarget }) =>
              currentTarget.value !== '' && change({ types: [...draft.types, currentTarget.value] })
            }
            data-testid="rule-add-type"
          >
            <option value="">{w('edit.addType')}</option>
            {left.map((type) => (
              <option key={type.id} value={type.id}>
                {nameOf(type)}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  )
}
