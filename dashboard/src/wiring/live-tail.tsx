import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { formatCount } from '../text/format.ts'
import { freshSecrets } from './credentials.ts'
import { MessageCard } from './message-card.tsx'
import { RefusedOf } from './refused.tsx'
import { followMessages, type Tail } from './tail.ts'
import { isProblem } from './verdict.ts'
import type { Snippets } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly id: string
  readonly snippets: Snippets | null
  /** The device's profile is another one now. */
  readonly changed: () => void
}

/** The messages of a device as they come in, newest first. */
export function LiveTail({ id, snippets, changed }: Props) {
  const tail = useMemo(() => followMessages(id), [id])
  useEffect(() => () => tail.close(), [tail])
  const problemsOnly = useSignal(false)
  const byMending = useRef(false)
  // What somebody works on must not move down with every message that comes in.
  const mending = (isOn: boolean): void => {
    if (isOn === tail.paused.value || (!isOn && !byMending.current)) return
    byMending.current = isOn
    tail.pause(isOn)
  }
  const all = tail.messages.value
  const shown = problemsOnly.value ? all.filter(isProblem) : all
  return (
    <section class="card tail" aria-label={w('tail.title')} data-testid="tail" data-state={tail.state.value}>
      <TailHead tail={tail} />
      <label class="tail-filter">
        <input
          type="checkbox"
          checked={problemsOnly.value}
          onChange={(event) => {
            problemsOnly.value = event.currentTarget.checked
          }}
          data-testid="problems-only"
        />{' '}
        {w('tail.problemsOnly', { count: formatCount(all.filter(isProblem).length) })}
      </label>
      {all.length === 0 && <Waiting id={id} snippets={snippets} />}
      {all.length > 0 && shown.length === 0 && <p class="notice">{w('tail.noProblems')}</p>}
      <RefusedOf device={id} heardAt={all[0]?.receivedAt ?? null} />
      <ol class="messages">
        {shown.map((message, i) => (
          <MessageCard
            key={`${message.seq} ${message.receivedAt}`}
            message={message}
            device={id}
            isNewest={i === 0}
            changed={changed}
            mending={mending}
          />
        ))}
      </ol>
    </section>
  )
}

function TailHead({ tail }: { tail: Tail }) {
  const paused = tail.paused.value
  const state = paused ? 'paused' : tail.state.value
  return (
    <div class="tail-head">
      <h2 class="card-title">{w('tail.title')}</h2>
      <span class={`tail-state tail-${state}`} role="status">
        <span class="tail-lamp" aria-hidden="true" />
        {w(`tail.${state}`)}
      </span>
      <button
        type="button"
        class="button"
        aria-pressed={paused}
        onClick={() => tail.pause(!paused)}
        data-testid="pause"
      >
        {!paused
          ? w('tail.pause')
          : tail.heldBack.value === 0
            ? w('tail.resume')
            : w('tail.resumeNew', { count: formatCount(tail.heldBack.value) })}
      </button>
      <button type="button" class="button" onClick={() => tail.clear()} data-testid="clear">
        {w('tail.clear')}
      </button>
    </div>
  )
}

/** What is awaited, in the terms that the device must be set to. */
function Waiting({ id, snippets }: { id: string; snippets: Snippets | null }) {
  const hasSecret = freshSecrets.value.has(id)
  return (
    <div class="waiting" data-testid="waiting">
      <p>
        <b>{w('waiting.title', { id })}</b>
      </p>
      {snippets && (
        <dl class="awaited">
          <dt>MQTT 3.1.1</dt>
          <dd>{`${snippets.connection.host}:${snippets.connection.mqttsPort ?? snippets.connection.mqttPort}`}</dd>
          <dt>{w('waiting.user')}</dt>
          <dd>{id}</dd>
          <dt>{w('waiting.password')}</dt>
          <dd>{w(hasSecret ? 'waiting.secret' : 'waiting.oldSecret')}</dd>
          <dt>client id</dt>
          <dd>
            {id} {w('waiting.or')} {id}:…
          </dd>
          <dt>topic</dt>
          <dd>{snippets.topic}</dd>
        </dl>
      )}
      <p class="muted small">{w('waiting.hint')}</p>
    </div>
  )
}
