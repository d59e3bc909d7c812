import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { errorText, useAsked } from '../state/asked.ts'
import { nameOf } from '../state/catalogue.ts'
import { go, route } from '../state/route.ts'
import { t } from '../text/messages.ts'
import { post, put, RequestError } from '../wire/client.ts'
import { AlarmFields } from './alarm-fields.tsx'
import { bodyOf, type Faults, faultsOf } from './body.ts'
import { ConditionFields } from './condition-fields.tsx'
import { type Draft, draftOf, NEW_DRAFT } from './draft.ts'
import { DropRule } from './drop-rule.tsx'
import { listAddress } from './list-address.ts'
import { ScopeFields } from './scope-fields.tsx'
import { TryPanel } from './try-panel.tsx'
import type { Rule, RuleBody } from './wire.ts'
import { w } from './words.ts'

/** The rule that was saved last, until it is changed again: saving shows it anew. */
const justSaved = signal<string | null>(null)

/** One rule that is there. */
export function EditRule({ id }: { id: string }) {
  const version = useSignal(0)
  const { body, error } = useAsked<Rule>(`/alarm-rules/${encodeURIComponent(id)}`, version.value).value
  if (error !== null && error.status !== 404) return <p class="error">{errorText(error)}</p>
  if (error !== null) return <p class="muted">{w('edit.gone', { id })}</p>
  if (body === null) return <p class="muted">{t('app.loading')}</p>
  return <RuleEditor key={`${id} ${body.revision}`} rule={body} saved={() => version.value++} />
}

/** `rule` null: a new one. */
export function RuleEditor({ rule, saved = () => {} }: { rule: Rule | null; saved?: () => void }) {
  const draft = useSignal<Draft>(rule === null ? NEW_DRAFT : draftOf(rule))
  const faults = useSignal<Faults>({})
  const isSaved = rule !== null && justSaved.value === rule.id
  const told = useSignal<{ readonly text: string; readonly isFault: boolean } | null>(
    isSaved ? { text: w('edit.saved'), isFault: false } : null,
  )
  const form = useRef<HTMLFormElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
    told.value = null
    justSaved.value = null
  }
  const refuse = (found: Faults, text: string): void => {
    faults.value = found
    told.value = { text, isFault: true }
    queueMicrotask(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
  /** The body; null: what is wrong is shown at its field. */
  const body = (): RuleBody | null => {
    const made = bodyOf(draft.value)
    faults.value = {}
    if ('body' in made) return made.body
    const said = Object.entries(made.faults).map(([field, fault]) => [field, w(fault)] as const)
    refuse(Object.fromEntries(said), w('edit.fix'))
    return null
  }
  const refused = (error: RequestError): void => refuse(faultsOf(error.detail ?? ''), errorText(error))
  const save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const made = body()
    if (made === null) return
    try {
      if (rule === null) {
        await post('/alarm-rules', { ...made, id: draft.value.id })
        justSaved.value = draft.value.id
        return go('rules', null, {
          ...Object.fromEntries(route.value.query),
          new: null,
          edit: draft.value.id,
        })
      }
      await put(`/alarm-rules/${encodeURIComponent(rule.id)}`, made)
      justSaved.value = rule.id
      saved()
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      refused(error)
    }
  }
  const parts = { draft: draft.value, change, faults: faults.value }
  return (
    <form
      class="rule-form"
      ref={form}
      onSubmit={(event) => void save(event)}
      noValidate
      data-testid="rule-form"
      data-revision={rule?.revision}
    >
      <a href={listAddress()} data-testid="rules-back">
        ‹ {w('edit.back')}
      </a>
      <h1 class="rules-title" tabIndex={-1} ref={heading}>
        {rule === null ? w('edit.new') : nameOf(rule)}
      </h1>
      <Part title={w('edit.what')}>
        <AlarmFields {...parts} isNew={rule === null} />
      </Part>
      <Part title={w('edit.where')}>
        <ScopeFields {...parts} />
      </Part>
      <Part title={w('edit.when')}>
        <ConditionFields {...parts} />
      </Part>
      <TryPanel body={body} refused={refused} isSilence={draft.value.kind === 'silence'} />
      <div class="rule-actions">
        <button type="submit" class="button button-main" data-testid="rule-save">
          {w('edit.save')}
        </button>
        {rule !== null && <DropRule rule={rule} dropped={saved} />}
        <p class={told.value?.isFault ? 'error' : 'muted'} role="status" data-testid="rule-told">
          {told.value?.text}
        </p>
      </div>
    </form>
  )
}

function Part({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <fieldset class="card rule-part">
      <legend class="card-title">{title}</legend>
      <div class="rule-grid">{children}</div>
    </fieldset>
  )
}
