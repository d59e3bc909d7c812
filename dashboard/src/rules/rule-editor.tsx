import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { errorText, useAsked } from '../state/asked.ts'
import { nameOf } from '../state/catalogue.ts'
import { t } from '../text/messages.ts'
import { AlarmFields } from './alarm-fields.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { DropRule } from './drop-rule.tsx'
import { listAddress } from './list-address.ts'
import { ScopeFields } from './scope-fields.tsx'
import { TryPanel } from './try-panel.tsx'
import { useRuleForm } from './use-rule-form.ts'
import type { Rule } from './wire.ts'
import { w } from './words.ts'

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
  const { form, told, body, refused, save, ...parts } = useRuleForm(rule, saved)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
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
      <TryPanel body={body} refused={refused} isSilence={parts.draft.kind === 'silence'} />
      <div class="rule-actions">
        <button type="submit" class="button button-main" data-testid="rule-save">
          {w('edit.save')}
        </button>
        {rule !== null && <DropRule rule={rule} dropped={saved} />}
        <p class={told?.isFault ? 'error' : 'muted'} role="status" data-testid="rule-told">
          {told?.text}
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
