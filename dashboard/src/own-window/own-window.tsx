import './own-window.css'
import { useSignal } from '@preact/signals'
import { fromLocal, toLocal } from '../text/province-time.ts'
import { w } from './words.ts'

/** Epoch milliseconds. */
interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

interface Props {
  readonly shown: Stretch
  /** What is wrong with it; null: it is shown. */
  readonly choose: (wanted: Stretch) => string | null
}

/** Any stretch of time. Times are those of the province, wherever the screen hangs. */
export function OwnWindow({ shown, choose }: Props) {
  const fault = useSignal<string | null>(null)
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const timeOf = (name: string): number => fromLocal(String(given.get(name)))
    fault.value = choose({ fromMs: timeOf('from'), toMs: timeOf('to') })
  }
  return (
    <form class="own-window" onSubmit={onSubmit} data-testid="own-window">
      <Moment name="from" timeMs={shown.fromMs} />
      <Moment name="to" timeMs={shown.toMs} />
      <button type="submit" class="button">
        {w('show')}
      </button>
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </form>
  )
}

function Moment({ name, timeMs }: { name: 'from' | 'to'; timeMs: number }) {
  return (
    <label>
      <span>{w(name)}</span>
      <input class="input" type="datetime-local" name={name} defaultValue={toLocal(timeMs)} required />
    </label>
  )
}
