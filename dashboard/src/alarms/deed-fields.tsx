import type { Signal } from '@preact/signals'
import { serverNowMs } from '../state/clock.ts'
import { t } from '../text/messages.ts'
import { type Alarm, SEVERITIES, type Severity } from '../wire/alarm.ts'
import type { Deed, With } from './acting.ts'
import { shortMoment } from './sentence.ts'
import { nextMorning, SHELF_MINUTES_MAX, shelfMinutes } from './shelf.ts'
import { w } from './words.ts'

const SPANS = ['15', '60', '480', 'morning', 'own'] as const
type Span = (typeof SPANS)[number]

/** What is filled in. */
export interface Draft {
  readonly note: string
  readonly severity: Severity
  readonly span: Span
  readonly minutes: string
  readonly members: boolean
}

export function draftOf(deed: Deed, [alarm]: readonly Alarm[]): Draft {
  const note = deed === 'edit' ? (alarm?.note ?? '') : ''
  return { note, severity: alarm?.severity ?? 'low', span: '60', minutes: '30', members: true }
}

/** What may be done to those that follow from an alarm together with it. */
export const reachesMembers = (deed: Deed): boolean => deed === 'acknowledge' || deed === 'shelve'

/** As the API takes it; null: something is missing. */
export function withOf(deed: Deed, { note, severity, span, minutes }: Draft): With | null {
  const trimmed = note.trim()
  if (deed === 'edit') return { severity, note: trimmed }
  const noted = trimmed === '' ? {} : { note: trimmed }
  if (deed !== 'shelve') return noted
  if (span === 'morning') return { ...noted, until: new Date(nextMorning(serverNowMs())).toISOString() }
  const many = shelfMinutes(span === 'own' ? minutes : span)
  return many === null ? null : { ...noted, minutes: many }
}

export function DeedFields({
  deed,
  alarms,
  draft,
}: {
  deed: Deed
  alarms: readonly Alarm[]
  draft: Signal<Draft>
}) {
  const set = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
  }
  const members = alarms.reduce((sum, alarm) => sum + alarm.members, 0)
  return (
    <>
      {deed === 'clear' && <p class="ask-means">{w('ask.clearMeans')}</p>}
      {deed === 'delete' && <p class="ask-means">{w('ask.deleteMeans')}</p>}
      {deed === 'shelve' && <p class="ask-means">{w('ask.shelveMeans')}</p>}
      {deed === 'edit' && <SeverityField draft={draft.value} set={set} />}
      {deed === 'shelve' && <SpanFields draft={draft.value} set={set} />}
      {members > 0 && reachesMembers(deed) && (
        <label class="check">
          <input
            type="checkbox"
            checked={draft.value.members}
            onChange={(event) => set({ members: event.currentTarget.checked })}
            data-testid="ask-members"
          />{' '}
          {w('ask.members', { count: String(members) })}
        </label>
      )}
      {deed !== 'delete' && (
        <label class="ask-field">
          <span>{w(deed === 'edit' ? 'ask.editNote' : 'ask.note')}</span>
          <input
            class="input"
            maxLength={1000}
            value={draft.value.note}
            // The first thing to write; Enter does it.
            autofocus={deed === 'acknowledge'}
            onInput={(event) => set({ note: event.currentTarget.value })}
            data-testid="ask-note"
          />
        </label>
      )}
    </>
  )
}

interface FieldProps {
  readonly draft: Draft
  set(part: Partial<Draft>): void
}

function SeverityField({ draft, set }: FieldProps) {
  return (
    <label class="ask-field">
      <span>{w('ask.severity')}</span>
      <select
        class="select"
        value={draft.severity}
        onChange={(event) => set({ severity: event.currentTarget.value as Severity })}
        data-testid="ask-severity"
      >
        {SEVERITIES.toReversed().map((severity) => (
          <option value={severity} key={severity}>
            {t(`severity.${severity}`)}
          </option>
        ))}
      </select>
      <span class="muted small">{w('ask.editMeans')}</span>
    </label>
  )
}

function SpanFields({ draft, set }: FieldProps) {
  const time = shortMoment(nextMorning(serverNowMs()), serverNowMs())
  return (
    <fieldset class="ask-spans">
      <legend>{w('shelf.for')}</legend>
      {SPANS.map((span) => (
        <label class="ask-span" key={span}>
          <input
            type="radio"
            name="span"
            value={span}
            checked={draft.span === span}
            onChange={() => set({ span })}
            data-testid={`ask-span-${span}`}
          />{' '}
          {w(`shelf.${span}`, { time })}
        </label>
      ))}
      {draft.span === 'own' && (
        <label class="ask-field">
          <span>{w('shelf.minutes')}</span>
          <input
            class="input"
            type="number"
            min={1}
            max={SHELF_MINUTES_MAX}
            required
            value={draft.minutes}
            onInput={(event) => set({ minutes: event.currentTarget.value })}
            data-testid="ask-minutes"
          />
        </label>
      )}
    </fieldset>
  )
}
