import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../state/asked.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import { CODE_NAMES, codeText } from './code-words.ts'
import { Choice, TextField } from './fields.tsx'
import { Payload } from './payload-view.tsx'
import { type Replay, replay } from './replay.ts'
import { ReplayResult } from './replay-view.tsx'
import { route } from './route.ts'
import { tryMessage } from './trial.ts'
import { VerdictView } from './verdict-view.tsx'
import { WaitingDevices } from './waiting-devices.tsx'
import type { Items, Rejection } from './wire.ts'
import { w } from './words.ts'

const SHOWN_MAX = 200

/** What was refused: why, and its way back in. */
export function RejectionsTab() {
  const filter = useSignal({ device: route.value.id ?? '', code: '', withMended: false })
  const version = useSignal(0)
  const { device, code, withMended } = filter.value
  const query = new URLSearchParams({
    limit: String(SHOWN_MAX),
    ...(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(device) ? { device } : {}),
    ...(code === '' ? {} : { code }),
  })
  const { body, error } = useAsked<Items<Rejection>>(`/rejections?${query}`, version.value).value
  const shown = (body?.items ?? []).filter(({ resolvedAt }) => withMended || resolvedAt === null)
  const again = (): void => void version.value++
  return (
    <>
      <WaitingDevices changed={again} />
      <section class="card pad" aria-label={w('tab.rejections')} data-testid="rejections">
        <h2 class="card-title">{w('tab.rejections')}</h2>
        <Filter
          value={filter.value}
          set={(part) => {
            filter.value = { ...filter.value, ...part }
          }}
          again={again}
        />
        {error !== null && <p class="error">{errorText(error)}</p>}
        <ReplayAll shown={shown} again={again} />
        {body !== null && shown.length === 0 && <p class="notice">{w('rejections.none')}</p>}
        <ol class="messages">
          {shown.map((rejection) => (
            <RejectionCard key={rejection.id} rejection={rejection} again={again} />
          ))}
        </ol>
        {body?.next !== undefined && (
          <p class="muted small">{w('rejections.more', { count: String(SHOWN_MAX) })}</p>
        )}
      </section>
    </>
  )
}

interface Wanted {
  readonly device: string
  readonly code: string
  readonly withMended: boolean
}

function Filter({
  value,
  set,
  again,
}: {
  value: Wanted
  set: (part: Partial<Wanted>) => void
  again: () => void
}) {
  return (
    <div class="form-grid">
      <TextField
        label={w('rejections.device')}
        value={value.device}
        set={(device) => set({ device: device.trim() })}
        testId="rejections-device"
      />
      <Choice
        label={w('rejections.code')}
        value={value.code}
        set={(code) => set({ code })}
        options={[
          ['', w('rejections.anyCode')],
          ...CODE_NAMES.map((code) => [code, `${code}: ${codeText(code)}`] as const),
        ]}
        testId="rejections-code"
      />
      <label class="check">
        <input
          type="checkbox"
          checked={value.withMended}
          onChange={(event) => set({ withMended: event.currentTarget.checked })}
        />{' '}
        {w('rejections.withMended')}
      </label>
      <button type="button" class="button" onClick={again} data-testid="rejections-again">
        {w('rejections.refresh')}
      </button>
    </div>
  )
}

function ReplayAll({ shown, again }: { shown: readonly Rejection[]; again: () => void }) {
  const run = useSignal<Replay | null>(null)
  const count = shown.filter(({ replayable, resolvedAt }) => replayable && resolvedAt === null).length
  return (
    <div class="row-form replay-all">
      {count > 0 && run.value?.progress.value.running !== true && (
        <button
          type="button"
          class="button"
          onClick={() => {
            run.value = replay(shown, again)
          }}
          data-testid="replay-all"
        >
          {w('rejections.replayAll', { count: formatCount(count) })}
        </button>
      )}
      {run.value !== null && <ReplayResult run={run.value} device={null} />}
    </div>
  )
}

function RejectionCard({ rejection, again }: { rejection: Rejection; again: () => void }) {
  const { id, device, topic, items, payload, payloadBytes, count, replayable, resolvedAt } = rejection
  const run = useSignal<Replay | null>(null)
  const judged = { format: null, readings: [], rejections: items, unmapped: [], ignored: {} }
  return (
    <li
      class={resolvedAt === null ? 'message message-bad' : 'message message-good'}
      data-testid="rejection"
      data-id={id}
    >
      <p class="message-head">
        <b>{device}</b>
        <code>{topic}</code>
        <span class="muted">
          {formatMoment(Date.parse(rejection.lastAt))}
          {count > 1 && ` · ${w('rejections.times', { count: formatCount(count) })}`}
          {resolvedAt !== null && ` · ${w('rejections.mended')}`}
        </span>
      </p>
      <VerdictView
        judged={judged}
        outcome={{ stored: 0, duplicate: 0 }}
        field={{ device, sender: device, topic, format: null }}
        payload={payload}
        changed={again}
      />
      <details class="message-more">
        <summary>{w('message.more')}</summary>
        <Payload payload={payload} isCut={payload.length < payloadBytes} />
      </details>
      <div class="row-form">
        <button
          type="button"
          class="button"
          onClick={() => tryMessage(device, topic, payload)}
          data-testid="fix"
        >
          {w('rejections.fix')}
        </button>
        {replayable && resolvedAt === null && run.value === null && (
          <button
            type="button"
            class="button"
            onClick={() => {
              run.value = replay([rejection], again)
            }}
            data-testid="replay"
          >
            {w('rejections.replay')}
          </button>
        )}
        {!replayable && <span class="muted small">{w('rejections.headOnly')}</span>}
        {run.value !== null && <ReplayResult run={run.value} device={null} />}
      </div>
    </li>
  )
}
