import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
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

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** On a page without TLS, as in a plant's own network, browsers give no clipboard; this old way still works. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'copy-source'
  const focused = document.activeElement
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
