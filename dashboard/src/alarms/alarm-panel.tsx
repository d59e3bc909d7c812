import { useEffect, useRef } from 'preact/hooks'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarms, alarmsVersion } from '../state/alarms.ts'
import { errorText, useAsked } from '../state/asked.ts'
import { addressOf } from '../state/route.ts'
import { t } from '../text/messages.ts'
import type { Alarm, AlarmEvent } from '../wire/alarm.ts'
import { ask, canBe, type Deed } from './acting.ts'
import { AlarmEvents } from './alarm-events.tsx'
import { AlarmFacts } from './alarm-facts.tsx'
import { AlarmMembers } from './alarm-members.tsx'
import { loaded } from './asked-pages.ts'
import { adviceOf, statementOf, titleOf } from './sentence.ts'
import { w } from './words.ts'

type WithEvents = Alarm & { readonly events: readonly AlarmEvent[] }

interface PanelProps {
  readonly id: number
  close(): void
  open(id: number): void
}

/** All there is to know of one alarm, and what can be done with it. */
export function AlarmPanel({ id, close, open }: PanelProps) {
  const panel = useRef<HTMLElement>(null)
  const cameFrom = useRef<Element | null>(document.activeElement)
  alarmsVersion.value
  const live = alarms.get(id) ?? loaded.value.alarms.get(id) ?? null
  const { body: answer, error } = useAsked<WithEvents>(`/alarms/${id}`, versionOf(live)).value
  // While another is asked for, the answer is still of the one before.
  const body = answer?.id === id ? answer : null
  const alarm = live ?? body
  useEffect(() => panel.current?.focus(), [id])
  useEffect(
    () => () => {
      const { current } = cameFrom
      if (current instanceof HTMLElement && current.isConnected) current.focus()
    },
    [],
  )
  return (
    <aside
      class="card panel alarm-panel"
      ref={panel}
      tabIndex={-1}
      aria-label={w('panel.label')}
      data-testid="alarm-panel"
      data-alarm-open={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <div class="panel-head">
        <h2 class="panel-title">{alarm === null ? w('panel.label') : <Title alarm={alarm} />}</h2>
        <button type="button" class="button" onClick={close} data-testid="close-alarm">
          {t('panel.close')} <kbd>Esc</kbd>
        </button>
      </div>
      {error !== null && <p class="error">{error.status === 404 ? w('panel.gone') : errorText(error)}</p>}
      {alarm !== null && error?.status !== 404 && (
        <div class="panel-body">
          <Deeds alarm={alarm} />
          <Said alarm={alarm} />
          <AlarmFacts alarm={alarm} open={open} />
          {alarm.members > 0 && <AlarmMembers alarm={alarm} open={open} key={id} />}
          {body !== null && <AlarmEvents events={body.events} />}
        </div>
      )}
    </aside>
  )
}

/** The events are asked for again when one happened; not with each time that the same is found again. */
function versionOf(alarm: Alarm | null): string {
  if (alarm === null) return ''
  const { state, severity, acknowledgedAt, shelvedUntil, note, group, members } = alarm
  return JSON.stringify([state, severity, acknowledgedAt, shelvedUntil, note, group, members])
}

function Title({ alarm }: { alarm: Alarm }) {
  return (
    <>
      <SeverityMark severity={alarm.severity} />
      {titleOf(alarm)}
      <span class="panel-kind">
        {t(`severity.${alarm.severity}`)} · {w(`kind.${alarm.kind}`)}
      </span>
    </>
  )
}

function Said({ alarm }: { alarm: Alarm }) {
  const advice = adviceOf(alarm)
  return (
    <>
      <p>{statementOf(alarm)}</p>
      {advice !== null && (
        <div class="alarm-advice">
          <h3>{w('panel.advice')}</h3>
          <p>{advice}</p>
        </div>
      )}
      {alarm.entity !== null && (
        <p>
          <a href={addressOf('entities', alarm.entity)} data-testid="to-entity">
            {w('panel.curve')} {alarm.entity}
          </a>
        </p>
      )}
    </>
  )
}

const DEEDS: readonly Deed[] = [
  'acknowledge',
  'unacknowledge',
  'shelve',
  'unshelve',
  'clear',
  'edit',
  'delete',
]

function Deeds({ alarm }: { alarm: Alarm }) {
  return (
    <div class="alarm-deeds">
      {DEEDS.filter((deed) => canBe(deed, alarm)).map((deed) => (
        <button
          type="button"
          class={deed === 'acknowledge' ? 'button button-main' : 'button'}
          key={deed}
          onClick={() => ask(deed, [alarm])}
          data-testid={`do-${deed}`}
        >
          {w(`do.${deed}`)}
        </button>
      ))}
    </div>
  )
}
