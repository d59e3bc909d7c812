import { formatCount } from '../text/format.ts'
import type { Alarm } from '../wire/alarm.ts'
import { ask, canBe, type Deed } from './acting.ts'
import { chooseNone, chosen } from './chosen.ts'
import { w } from './words.ts'

const DEEDS: readonly Deed[] = ['acknowledge', 'unacknowledge', 'shelve', 'unshelve', 'clear', 'delete']

/** What can be done to all that are marked. */
export function ChosenBar({ shown }: { shown: readonly Alarm[] }) {
  const marked = shown.filter(({ id }) => chosen.value.has(id))
  if (marked.length === 0) return null
  return (
    <div class="chosen-bar" data-testid="chosen-bar">
      <b>{w('chosen.count', { count: formatCount(marked.length) })}</b>
      {DEEDS.map((deed) => {
        const count = marked.filter((alarm) => canBe(deed, alarm)).length
        return (
          count > 0 && (
            <button
              type="button"
              class="button"
              key={deed}
              onClick={() => ask(deed, marked)}
              data-testid={`chosen-${deed}`}
            >
              {w(`do.${deed}`)} ({formatCount(count)})
            </button>
          )
        )
      })}
      <button type="button" class="button chip-clear" onClick={chooseNone}>
        {w('chosen.none')}
      </button>
    </div>
  )
}
