import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { copyText } from '../text/copy-text.ts'
import { w } from './words.ts'

const SHOWN_MS = 2_000

/** Says that it copied, for two seconds. `what` is for whoever hears the page. */
export function CopyButton({ text, what, testId }: { text: string; what: string; testId?: string }) {
  const state = useSignal<'idle' | 'done' | 'failed'>('idle')
  useEffect(() => {
    if (state.value === 'idle') return undefined
    const timer = setTimeout(() => {
      state.value = 'idle'
    }, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state.value])
  const copy = async (): Promise<void> => {
    state.value = (await copyText(text)) ? 'done' : 'failed'
  }
  const label = { idle: 'copy.copy', done: 'copy.done', failed: 'copy.failed' } as const
  return (
    <button
      type="button"
      class="button copy"
      onClick={() => void copy()}
      aria-label={`${w('copy.copy')}: ${what}`}
      data-testid={testId}
    >
      <span aria-live="polite">{w(label[state.value])}</span>
    </button>
  )
}
