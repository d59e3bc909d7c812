import { signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { errorText } from '../state/asked.ts'
import { go, route } from '../state/route.ts'
import { post, put, RequestError } from '../wire/client.ts'
import { bodyOf, type Faults, faultsOf } from './body.ts'
import { type Draft, draftOf, NEW_DRAFT } from './draft.ts'
import type { Rule, RuleBody } from './wire.ts'
import { w } from './words.ts'

/** The rule that was saved last, until it is changed again: saving shows it anew. */
const justSaved = signal<string | null>(null)

interface Told {
  readonly text: string
  readonly isFault: boolean
}

/** What is filled in of a rule, and what becomes of it. `rule` null: a new one. */
export function useRuleForm(rule: Rule | null, saved: () => void) {
  const draft = useSignal<Draft>(rule === null ? NEW_DRAFT : draftOf(rule))
  const faults = useSignal<Faults>({})
  const isSaved = rule !== null && justSaved.value === rule.id
  const told = useSignal<Told | null>(isSaved ? { text: w('edit.saved'), isFault: false } : null)
  const form = useRef<HTMLFormElement>(null)
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
  return { form, draft: draft.value, faults: faults.value, told: told.value, change, body, refused, save }
}
