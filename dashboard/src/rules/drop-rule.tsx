import { useSignal } from '@preact/signals'
import { attempt } from '../state/asked.ts'
import { t } from '../text/messages.ts'
import { remove } from '../wire/client.ts'
import { listAddress } from './list-address.ts'
import { conditionText } from './rule-text.ts'
import type { Rule } from './wire.ts'
import { w } from './words.ts'

/** Deletes a rule of one's own, or gives a changed one of a type back as it came; asks first, and says what then is. */
export function DropRule({ rule, dropped }: { rule: Rule; dropped: () => void }) {
  const isAsked = useSignal(false)
  const fault = useSignal<string | null>(null)
  const { origin, original } = rule
  if (origin === 'model' && original === undefined) return null
  const drop = async (): Promise<void> => {
    fault.value = await attempt(() => remove(`/alarm-rules/${encodeURIComponent(rule.id)}`))
    if (fault.value !== null) return
    if (origin === 'user') location.hash = listAddress()
    else dropped()
  }
  if (!isAsked.value)
    return (
      <button type="button" class="button" onClick={() => (isAsked.value = true)} data-testid="rule-drop">
        {w(origin === 'user' ? 'drop.delete' : 'drop.reset')}
      </button>
    )
  return (
    <fieldset class="rule-ask" aria-label={w(origin === 'user' ? 'drop.delete' : 'drop.reset')}>
      <p>
        {original === undefined
          ? w('drop.deleteAsk')
          : w('drop.resetAsk', {
              condition: conditionText(original.condition),
              severity: t(`severity.${original.severity}`),
            })}
      </p>
      <button
        type="button"
        class="button"
        ref={(button) => button?.focus()}
        onClick={() => void drop()}
        data-testid="rule-drop-yes"
      >
        {w('drop.yes')}
      </button>
      <button type="button" class="button" onClick={() => (isAsked.value = false)}>
        {w('drop.no')}
      </button>
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </fieldset>
  )
}
