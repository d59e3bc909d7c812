import { useSignal } from '@preact/signals'
import { attempt } from '../state/asked.ts'
import { entityTypes, nameOf } from '../state/catalogue.ts'
import { language } from '../state/preferences.ts'
import { formatUnit } from '../text/units.ts'
import type { Attribute } from '../wire/catalogue.ts'
import { patch } from '../wire/client.ts'
import type { Entity } from '../wire/entity.ts'
import { decimalText, readDecimal } from './decimal.ts'
import { w } from './words.ts'

type Attributes = Entity['attributes']

/** Its name, and what no sensor tells of it. */
export function DescribeForm({ entity, close }: { entity: Entity; close: () => void }) {
  const error = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  const fields = entityTypes.value.get(entity.type)?.attributes ?? []
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const attributes = attributesOf(given, fields, entity.attributes)
    if (typeof attributes === 'string') {
      error.value = attributes
      return
    }
    const name = String(given.get('name') ?? '').trim() || null
    isBusy.value = true
    error.value = await attempt(() =>
      patch(`/entities/${encodeURIComponent(entity.id)}`, { name, attributes }),
    )
    isBusy.value = false
    if (error.value === null) close()
  }
  return (
    <form class="describe-form" onSubmit={(event) => void onSubmit(event)} data-testid="describe-form">
      <label>
        {w('describe.name')}
        <input
          class="input"
          name="name"
          maxLength={200}
          defaultValue={entity.name ?? ''}
          autocomplete="off"
        />
      </label>
      {fields.map((attribute) => (
        <label key={attribute.id}>
          {nameOf(attribute)} ({formatUnit(attribute.unit)})
          <input
            class="input"
            name={attribute.id}
            inputMode="decimal"
            autocomplete="off"
            defaultValue={decimalText(entity.attributes[attribute.id], language.value)}
          />
        </label>
      ))}
      <div class="describe-buttons">
        <button type="submit" class="button" disabled={isBusy.value} data-testid="describe-save">
          {w('describe.save')}
        </button>
        <button type="button" class="button" onClick={close}>
          {w('describe.cancel')}
        </button>
        <span class="muted small">{w('describe.hint')}</span>
      </div>
      {error.value !== null && (
        <p class="error" role="alert">
          {error.value}
        </p>
      )}
    </form>
  )
}

/** All attributes as they shall be, those too that the type does not know; or what is wrong with one. */
function attributesOf(
  given: FormData,
  fields: readonly Attribute[],
  before: Attributes,
): Attributes | string {
  const attributes: Record<string, number | string> = { ...before }
  for (const field of fields) {
    const text = String(given.get(field.id) ?? '').trim()
    if (text === '') {
      delete attributes[field.id]
      continue
    }
    const value = readDecimal(text)
    if (value === null) return w('describe.notNumber', { name: nameOf(field), text })
    attributes[field.id] = value
  }
  return attributes
}
