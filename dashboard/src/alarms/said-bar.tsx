import { doNow, said } from './acting.ts'
import { knownAlarm } from './alarm-listing.ts'
import { w } from './words.ts'

/** What came of the last thing that was done. Always in the page, so that a screen reader hears it change. */
export function SaidBar() {
  const now = said.value
  const undo = now?.undo ?? null
  return (
    <div class={now === null ? 'said' : now.isFault ? 'said said-fault' : 'said said-good'}>
      <p role="status" aria-live="polite" data-testid="said">
        {now?.text}
      </p>
      {undo !== null && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void doNow(
              undo.deed,
              undo.ids.flatMap((id) => knownAlarm(id) ?? []),
            )
          }
          data-testid="undo"
        >
          {w('do.undo')}
        </button>
      )}
      {now !== null && (
        <button
          type="button"
          class="button"
          aria-label={w('do.close')}
          onClick={() => {
            said.value = null
          }}
        >
          ✕
        </button>
      )}
    </div>
  )
}
