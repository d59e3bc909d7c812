import { useSignal } from '@preact/signals'
import { attempt, useAsked } from '../state/asked.ts'
import { post, remove } from '../wire/client.ts'
import { Labelled, TextField } from './fields.tsx'
import { changeTrial, trial } from './trial.ts'
import type { Items, Mapping } from './wire.ts'
import { w } from './words.ts'

/** A JSONata expression, with the result beside it, to be saved for topics. */
export function MappingEditor() {
  const draft = useSignal({ id: '', topic: '', gateway: '' })
  const told = useSignal<{ text: string; isFault: boolean } | null>(null)
  const version = useSignal(0)
  const known = useAsked<Items<Mapping>>('/mappings', version.value).value.body?.items ?? []
  const after = (fault: string | null, text: string): void => {
    told.value = { text: fault ?? text, isFault: fault !== null }
    version.value++
  }
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { id, topic, gateway } = draft.value
    const body = { id, topic, gateway: gateway === '' ? null : gateway, expression: trial.value.mapping }
    after(await attempt(() => post('/mappings', body)), w('mapping.saved', { topic }))
  }
  const load = ({ id, topic, gateway, expression }: Mapping): void => {
    draft.value = { id, topic, gateway: gateway ?? '' }
    changeTrial({ mapping: expression })
  }
  const drop = async ({ id }: Mapping): Promise<void> =>
    after(await attempt(() => remove(`/mappings/${id}`)), w('mapping.removed', { id }))
  return (
    <form class="card pad form try-mapping" onSubmit={(event) => void save(event)} noValidate>
      <Expression />
      <div class="form-grid">
        {(['id', 'topic', 'gateway'] as const).map((part) => (
          <TextField
            key={part}
            label={w(`mapping.${part}`)}
            value={draft.value[part]}
            set={(value) => {
              draft.value = { ...draft.value, [part]: value.trim() }
            }}
            testId={`mapping-${part}`}
          />
        ))}
      </div>
      <button type="submit" class="button button-main button-start" data-testid="mapping-save">
        {w('mapping.save')}
      </button>
      {told.value !== null && (
        <p class={told.value.isFault ? 'error' : 'good'} role="status" data-testid="mapping-told">
          {told.value.text}
        </p>
      )}
      <KnownMappings known={known} load={load} drop={(mapping) => void drop(mapping)} />
    </form>
  )
}

function Expression() {
  return (
    <Labelled label={w('mapping.expression')} hint={w('mapping.hint')}>
      {(id) => (
        <textarea
          id={id}
          class="input code-input"
          rows={7}
          spellcheck={false}
          value={trial.value.mapping}
          onInput={(event) => changeTrial({ mapping: event.currentTarget.value })}
          data-testid="mapping-expression"
        />
      )}
    </Labelled>
  )
}

interface KnownProps {
  readonly known: readonly Mapping[]
  readonly load: (mapping: Mapping) => void
  readonly drop: (mapping: Mapping) => void
}

function KnownMappings({ known, load, drop }: KnownProps) {
  if (known.length === 0) return null
  return (
    <details>
      <summary>{w('mapping.known', { count: String(known.length) })}</summary>
      <ul class="plain-list">
        {known.map((mapping) => (
          <li class="row-form" key={mapping.id}>
            <span>
              <b>{mapping.id}</b> <code>{mapping.topic}</code>
            </span>
            <button type="button" class="button" onClick={() => load(mapping)}>
              {w('mapping.load')}
            </button>
            <button type="button" class="button" onClick={() => drop(mapping)}>
              {w('mapping.remove')}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
