import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { attempt } from '../state/asked.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { asking, type Deed, type Run } from './acting.ts'
import { DeedFields, type Draft, draftOf, reachesMembers, withOf } from './deed-fields.tsx'
import { membersToo } from './members.ts'
import { RunReport } from './run-report.tsx'
import { useRunning } from './running.ts'
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
  const fault = useSignal<string | null>(null)
  const isSent = useRef(false)
  const close = (): void => dialog.current?.close()
  const { run, isRunning, start, again, stop } = useRunning(deed, close)
  useEffect(() => dialog.current?.showModal(), [])

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = withOf(deed, draft.value)
    if (body === null || isSent.current) return
    isSent.current = true
    const isWhole = draft.value.members && reachesMembers(deed)
    fault.value = await attempt(async () => start(isWhole ? await membersToo(deed, alarms) : alarms, body))
    isSent.current = false
  }
  return (
    <dialog
      class="card ask"
      ref={dialog}
      aria-labelledby="ask-title"
      data-testid="ask"
      onCancel={(event) => {
        if (!isRunning) return
        event.preventDefault()
        stop()
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
        {run === null ? <DeedFields deed={deed} alarms={alarms} draft={draft} /> : <RunReport run={run} />}
        {fault.value !== null && (
          <p class="error" role="alert">
            {fault.value}
          </p>
        )}
        <Buttons
          deed={deed}
          run={run}
          again={() => void again(withOf(deed, draft.value) ?? {})}
          leave={isRunning ? stop : close}
        />
      </form>
    </dialog>
  )
}

interface ButtonsProps {
  readonly deed: Deed
  readonly run: Run | null
  again(): void
  /** Stops what runs, else closes. */
  leave(): void
}

function Buttons({ deed, run, again, leave }: ButtonsProps) {
  const isGrave = deed === 'delete' || deed === 'clear'
  return (
    <div class="ask-buttons">
      {run === null && (
        <button
          type="submit"
          class={isGrave ? 'button button-grave' : 'button button-main'}
          data-testid="ask-submit"
        >
          {w(`do.${deed}`)}
        </button>
      )}
      {run?.isOver && (
        <button type="button" class="button button-main" onClick={again} data-testid="ask-again">
          {w('do.again')}
        </button>
      )}
      <button type="button" class="button" onClick={leave} data-testid="ask-cancel">
        {w(run === null ? 'do.cancel' : run.isOver ? 'do.close' : 'do.stop')}
      </button>
    </div>
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
