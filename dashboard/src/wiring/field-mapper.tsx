import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { attempt } from '../state/asked.ts'
import { nameOf as nameOfQuantity, quantities } from '../state/catalogue.ts'
import { formatUnit } from '../text/units.ts'
import { Choice, TextField } from './fields.tsx'
import {
  canSave,
  type Field,
  isUnderstood,
  nameOf,
  saveMeaning,
  type Target,
  targetOf,
  withFormat,
} from './meanings.ts'
import { fromBase64, jsonOf, textOf } from './payload-bytes.ts'
import { QuantityPicker } from './quantity-picker.tsx'
import { ReplayOpen } from './replay-view.tsx'
import { stepsOf } from './verdict.ts'
import { w } from './words.ts'

interface Props {
  readonly field: Field
  /** Why it was not taken. */
  readonly code: string
  readonly payload: string
  readonly changed: () => void
  readonly close: () => void
}

interface Draft {
  readonly name: string
  readonly quantity: string
  readonly unit: string
  readonly channel: string
}

/** Says what a field means, in the profile of its device; then what was refused for it can go in again. */
export function FieldMapper({ field: asked, code, payload, changed, close }: Props) {
  const known = useSignal(asked)
  const field = known.value
  const target = useSignal<Target | null>(null)
  const fault = useSignal<string | null>(null)
  const saved = useSignal<{ readonly profile: string; readonly isUnderstood: boolean } | null>(null)
  const [name = '', channel = ''] = nameOf(field).split('/')
  const draft = useSignal<Draft>({ name: nameOf(field), quantity: '', unit: '', channel })
  useEffect(() => {
    void attempt(async () => {
      known.value = await withFormat(asked, payload)
      draft.value = { ...draft.value, name: nameOf(known.value) }
      target.value = await targetOf(asked.device)
    }).then((text) => {
      fault.value = text
    })
    // A wrong unit is of a quantity that is known.
    if (quantities.value.has(name)) draft.value = { ...draft.value, quantity: name }
  }, [])
  const save = async (isLeftOut: boolean): Promise<void> => {
    const to = target.value
    if (to === null) return
    const { quantity, unit, channel } = draft.value
    const meaning = isLeftOut
      ? null
      : { quantity, ...(unit === '' ? {} : { unit }), ...(channel === '' ? {} : { channel }) }
    fault.value = await attempt(async () => {
      const profile = await saveMeaning(field, draft.value.name, meaning, to)
      changed()
      target.value = await targetOf(field.device)
      saved.value = { profile, isUnderstood: await isUnderstood(field, payload) }
    })
  }
  if (saved.value?.isUnderstood)
    return (
      <div class="mapper" data-testid="mapper-saved">
        <p class="good">{w('mapper.saved', { profile: saved.value.profile })}</p>
        <ReplayOpen device={field.device} code={code === 'unmapped' ? null : code} />
      </div>
    )
  const found = valueAt(payload, field.path)
  return (
    <div class="mapper" data-testid="mapper">
      <p>
        <code>{draft.value.name}</code>
        {found !== undefined && (
          <>
            {' '}
            = <code>{JSON.stringify(found)}</code>
          </>
        )}{' '}
        {w('mapper.means')}
      </p>
      {target.value !== null && !canSave(field, target.value) ? (
        <p class="warning">{w('mapper.otherMapping', { profile: target.value.profile?.id ?? '' })}</p>
      ) : (
        <Form draft={draft} target={target.value} save={(isLeftOut) => void save(isLeftOut)} close={close} />
      )}
      {saved.value !== null && (
        <p class="warning" role="status" data-testid="mapper-not-understood">
          {w('mapper.notUnderstood', { name: draft.value.name, format: field.format ?? '' })}
        </p>
      )}
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </div>
  )
}

interface FormProps {
  readonly draft: Signal<Draft>
  readonly target: Target | null
  readonly save: (isLeftOut: boolean) => void
  readonly close: () => void
}

function Form({ draft, target, save, close }: FormProps) {
  const { quantity, name } = draft.value
  const known = quantities.value.get(quantity)
  const others = (target?.profile?.devices ?? 1) - 1
  return (
    <>
      {known === undefined ? (
        <PickQuantity draft={draft} start={name.split('/')[0] ?? ''} />
      ) : (
        <div class="row-form">
          <b data-testid="mapper-quantity">
            {nameOfQuantity(known)} <code>{known.id}</code>
          </b>
          <button
            type="button"
            class="button"
            onClick={() => {
              draft.value = { ...draft.value, quantity: '', unit: '' }
            }}
          >
            {w('mapper.other')}
          </button>
        </div>
      )}
      {known !== undefined && <NameUnitChannel draft={draft} />}
      {others > 0 && <p class="warning">{w('mapper.shared', { count: String(others) })}</p>}
      <div class="row-form">
        <button
          type="button"
          class="button button-main"
          disabled={
            known === undefined || target === null || (known.kind === 'measure' && draft.value.unit === '')
          }
          onClick={() => save(false)}
          data-testid="mapper-save"
        >
          {w('mapper.save')}
        </button>
        <button
          type="button"
          class="button"
          disabled={target === null || name === ''}
          onClick={() => save(true)}
          data-testid="mapper-leave"
        >
          {w('mapper.leaveOut')}
        </button>
        <button type="button" class="button" onClick={close}>
          {w('form.cancel')}
        </button>
      </div>
    </>
  )
}

function PickQuantity({ draft, start }: { draft: Signal<Draft>; start: string }) {
  return (
    <QuantityPicker
      start={start}
      value={draft.value.quantity}
      choose={({ id, unit, kind }) => {
        draft.value = { ...draft.value, quantity: id, unit: kind === 'measure' ? unit : '' }
      }}
    />
  )
}

function NameUnitChannel({ draft }: { draft: Signal<Draft> }) {
  const { quantity, unit, channel } = draft.value
  const known = quantities.value.get(quantity)
  if (known === undefined) return null
  return (
    <div class="form-grid">
      <TextField
        label={w('mapper.name')}
        value={draft.value.name}
        set={(name) => {
          draft.value = { ...draft.value, name: name.trim() }
        }}
        testId="mapper-name"
      />
      {known.kind === 'measure' && (
        <Choice
          label={w('mapper.unit')}
          hint={w('mapper.unitHint')}
          value={unit}
          set={(unit) => {
            draft.value = { ...draft.value, unit }
          }}
          options={[
            ...(unit === '' ? [['', w('mapper.chooseUnit')] as const] : []),
            ...known.accepts.map((code) => [code, unitLabel(code)] as const),
          ]}
          testId="mapper-unit"
        />
      )}
      <TextField
        label={w('mapper.channel')}
        value={channel}
        set={(channel) => {
          draft.value = { ...draft.value, channel: channel.trim() }
        }}
        testId="mapper-channel"
      />
    </div>
  )
}

function unitLabel(code: string): string {
  const written = formatUnit(code)
  return written === code || written === '' ? code : `${written} (${code})`
}

function valueAt(payload: string, path: string): unknown {
  let at: unknown = jsonOf(textOf(fromBase64(payload) ?? new Uint8Array()))
  for (const step of stepsOf(path)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[step]
  }
  return at
}
