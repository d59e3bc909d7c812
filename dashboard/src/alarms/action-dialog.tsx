import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { attempt } from '../state/asked.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { asking, type Deed, type Run, runOver, say, type With } from './acting.ts'
import { chooseNone } from './chosen.ts'
import { DeedFields, type Draft, draftOf, reachesMembers, withOf } from './deed-fields.tsx'
import { membersToo } from './members.ts'
import { RunReport } from './run-report.tsx'
import { titleOf } from './sentence.ts'
import { w } from './words.ts'

const NAMED_MAX = 4

/** What is asked before something is done; also how far it is, and what failed. */
export function ActionDialog() {
  const asked = asking.value
  if (asked === null) return null
  const key = `${asked.deed} ${asked.alarms.map(({ id }) => id).join()}`
  return <Dialog deed={asked.deed} alarms={asked.alarms} key={key} />
}

function Dialog({ deed, alarms }: { deed: Deed; alarms: readonly Alarm[] }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const draft = useSignal<Draft>(draftOf(deed, alarms))
  const run = useSignal<Run | null>(null)
  const fault = useSignal<string | null>(null)
  const isStopped = useRef(false)
  useEffect(() => {
    dialog.current?.showModal()
    return () => {
      isStopped.current = true
    }
  }, [])

  const start = async (these: readonly Alarm[], body: With): Promise<void> => {
    isStopped.current = false
    run.value = { total: these.length, done: 0, failed: [], isOver: false }
    const result = await runOver(deed, these, body, (step) => {
      run.value = step
      return !isStopped.current
    })
    run.value = result
    if (result.failed.length > 0 || result.done < result.total) return
    dialog.current?.close()
    // The next key must not act on them once more.
    chooseNone()
    say(deed, these)
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = withOf(deed, draft.value)
    if (body === null) return
    const isWhole = draft.value.members && reachesMembers(deed)
    fault.value = await attempt(async () => start(isWhole ? await membersToo(deed, alarms) : alarms, body))
  }
  const isRunning = run.value !== null && !run.value.isOver
  return (
    <dialog
      class="card ask"
      ref={dialog}
      aria-labelledby="ask-title"
      data-testid="ask"
      onCancel={(event) => {
        if (!isRunning) return
        event.preventDefault()
        isStopped.current = true
      }}
      onClose={() => {
        asking.value = null
      }}
    >
      <form class="ask-form" onSubmit={(event) => void submit(event)}>
        <h2 class="card-title" id="ask-title">
          {w(`ask.${deed}`)}
        </h2>
        <Named alarms={alarms} />
        {run.value === null ? (
          <DeedFields deed={deed} alarms={alarms} draft={draft} />
        ) : (
          <RunReport run={run.value} />
        )}
        {fault.value !== null && (
          <p class="error" role="alert">
            {fault.value}
          </p>
        )}
        <div class="ask-buttons">
          {run.value === null && (
            <button
              type="submit"
              class={deed === 'delete' || deed === 'clear' ? 'button button-grave' : 'button button-chosen'}
              data-testid="ask-submit"
            >
              {w(`do.${deed}`)}
            </button>
          )}
          {run.value?.isOver && (
            <button
              type="button"
              class="button button-chosen"
              onClick={() =>
                void start(run.value?.failed.map(({ alarm }) => alarm) ?? [], withOf(deed, draft.value) ?? {})
              }
            >
              {w('do.again')}
            </button>
          )}
          <button
            type="button"
            class="button"
            data-testid="ask-cancel"
            onClick={() => {
              if (isRunning) isStopped.current = true
              else dialog.current?.close()
            }}
          >
            {w(isRunning ? 'do.stop' : run.value === null ? 'do.cancel' : 'do.close')}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function Named({ alarms }: { alarms: readonly Alarm[] }) {
  return (
    <ul class="ask-named">
      {alarms.slice(0, NAMED_MAX).map((alarm) => (
        <li key={alarm.id}>
          <SeverityMark severity={alarm.severity} />
          <span class="visually-hidden">{t(`severity.${alarm.severity}`)}</span>
          <span class="ask-name">
            {titleOf(alarm)} <span class="muted">{alarm.entity ?? alarm.device ?? alarm.address}</span>
          </span>
        </li>
      ))}
      {alarms.length > NAMED_MAX && (
        <li class="muted">{w('ask.others', { count: String(alarms.length - NAMED_MAX) })}</li>
      )}
    </ul>
  )
}
