import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { attempt } from '../state/asked.ts'
import { nameOf } from '../state/catalogue.ts'
import { receiveCommand } from '../state/commands.ts'
import { formatAge } from '../text/format.ts'
import { post } from '../wire/client.ts'
import type { ArgValue, Command, CommandModel } from '../wire/command.ts'
import type { Entity } from '../wire/entity.ts'
import { ImpactFacts, useImpact } from './impact-facts.tsx'
import { argName, argText, reportedValue } from './values.ts'
import { w } from './words.ts'

interface Props {
  readonly entity: Entity
  readonly model: CommandModel
  readonly args: Readonly<Record<string, ArgValue>>
  readonly close: () => void
}

/** The hand that prepared it must not send it with the same double click. */
const ARMED_AFTER_MS = 800
const EXPIRIES = ['auto', '60', '600', '3600', '28800', '86400'] as const

/** The second step: what will happen, and to whom; only here something is sent. */
export function ConfirmDialog({ entity, model, args, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const facts = useImpact(entity, model, args)
  const isArmed = useSignal(false)
  const typed = useSignal('')
  const note = useSignal('')
  const expiry = useSignal<string>('auto')
  const isSending = useSignal(false)
  const fault = useSignal<string | null>(null)
  // One for all tries of this dialog: sent twice it is one command.
  const key = useRef(newKey())
  useEffect(() => {
    dialog.current?.showModal()
    const timer = setTimeout(() => {
      isArmed.value = true
    }, ARMED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  const isReady =
    isArmed.value && facts.isKnown && (!facts.isGrave || typed.value.trim() === entity.id) && !isSending.value
  const send = async (): Promise<void> => {
    if (!isReady) return
    isSending.value = true
    fault.value = await attempt(async () => {
      const order = {
        name: model.name,
        args,
        key: key.current,
        ...(note.value.trim() === '' ? {} : { note: note.value.trim() }),
        ...(expiry.value === 'auto' ? {} : { expiresInS: Number(expiry.value) }),
      }
      receiveCommand(await post<Command>(`/entities/${entity.id}/commands`, order))
      dialog.current?.close()
    })
    isSending.value = false
  }
  return (
    <dialog
      class="confirm"
      ref={dialog}
      aria-labelledby={titleId}
      onClose={close}
      onKeyDown={onKeyDown}
      data-testid="command-dialog"
    >
      <h2 class="confirm-title" id={titleId}>
        {w('dialog.title', { command: nameOf(model) })}
        <span class="muted">
          {entity.id}
          {entity.name === null ? '' : ` · ${entity.name}`}
        </span>
      </h2>
      <Changes entity={entity} model={model} args={args} />
      <p class={entity.session === 'connected' ? '' : 'command-warning'}>
        {w(entity.session === 'connected' ? 'dialog.online' : 'dialog.offline')}
      </p>
      <ImpactFacts facts={facts} model={model} />
      {facts.isGrave && <TypedId id={entity.id} value={typed.value} set={(text) => (typed.value = text)} />}
      <Reason value={note.value} set={(text) => (note.value = text)} />
      <Expiry entity={entity} value={expiry.value} set={(text) => (expiry.value = text)} />
      <p class="error" role="alert">
        {fault.value}
      </p>
      <div class="confirm-acts">
        {/* Of the two acts the harmless one has the focus. */}
        <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
          {w('dialog.cancel')}
        </button>
        <button
          type="button"
          class="button button-main"
          disabled={!isReady}
          onClick={() => void send()}
          data-testid="command-send"
        >
          {w('dialog.send')}
        </button>
      </div>
    </dialog>
  )
}

function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLDialogElement }): void {
  // Escape closes the dialog alone, not what is behind it.
  if (event.key === 'Escape') event.stopPropagation()
  if (event.key !== 'Tab') return
  // The browser makes what is behind inert; between the last and the first field it would leave the page.
  const fields = [...event.currentTarget.querySelectorAll<HTMLElement>('input, select, button:enabled')]
  const [from, to] = event.shiftKey ? [fields[0], fields.at(-1)] : [fields.at(-1), fields[0]]
  if (document.activeElement !== from) return
  event.preventDefault()
  to?.focus()
}

/** Addresses of the plant's own network are no secure context: there is no randomUUID. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function Changes({ entity, model, args }: Omit<Props, 'close'>) {
  const now = reportedValue(entity, model)
  return (
    <ul class="confirm-changes">
      {Object.entries(args).map(([name, value]) => {
        const argument = model.args[name]
        const isFollowed = model.reported?.arg === name
        const from = isFollowed && now !== null ? argText(name, argument, now) : w('unknown')
        return (
          <li key={name} data-testid="command-change">
            <span class="muted">{argName(name)}</span>
            <b>{w('dialog.change', { from, to: argText(name, argument, value) })}</b>
            {isFollowed && now === value && <span>{w('dialog.same')}</span>}
          </li>
        )
      })}
    </ul>
  )
}

interface FieldProps {
  readonly value: string
  readonly set: (text: string) => void
}

function TypedId({ id, value, set }: FieldProps & { readonly id: string }) {
  const inputId = useId()
  return (
    <div class="confirm-field">
      <label for={inputId}>{w('dialog.type', { id })}</label>
      <input
        id={inputId}
        class="input"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
        data-testid="command-typed"
      />
    </div>
  )
}

function Reason({ value, set }: FieldProps) {
  const id = useId()
  return (
    <div class="confirm-field">
      <label for={id}>{w('dialog.note')}</label>
      <input
        id={id}
        class="input"
        autocomplete="off"
        maxLength={1000}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
        data-testid="command-note"
      />
    </div>
  )
}

/** What the server takes of itself, at least: short while the device hears its commands, which a connected one may not; else until it should have been heard twice. */
const automaticMs = ({ session, intervalS }: Entity): number =>
  1000 * (session === 'connected' ? 60 : Math.min(Math.max(2 * intervalS, 600), 86_400))

function Expiry({ entity, value, set }: FieldProps & Pick<Props, 'entity'>) {
  const id = useId()
  const fill = { time: formatAge(automaticMs(entity)) }
  return (
    <div class="confirm-field">
      <label for={id}>{w('dialog.expiry')}</label>
      <select id={id} class="select" value={value} onChange={(event) => set(event.currentTarget.value)}>
        {EXPIRIES.map((one) => (
          <option key={one} value={one}>
            {w(`expiry.${one}`, fill)}
          </option>
        ))}
      </select>
    </div>
  )
}
