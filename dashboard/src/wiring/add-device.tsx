import { useSignal } from '@preact/signals'
import { attempt, useAsked } from '../state/asked.ts'
import { areas, entityTypes, nameOf, PROVINCE_CODE } from '../state/catalogue.ts'
import { post } from '../wire/client.ts'
import { keepSecret } from './credentials.ts'
import { Choice, Labelled, TextField } from './fields.tsx'
import { addressOf, go } from './route.ts'
import type { Credentials, Items, Profile } from './wire.ts'
import { w } from './words.ts'

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const EMPTY = { id: '', type: '', profile: '', area: '', location: '', role: 'end-device', externalId: '' }
type Draft = typeof EMPTY

/** One short form; the secret and what to paste come on the device's own page. */
export function AddDevice() {
  const draft = useSignal<Draft>(EMPTY)
  const fault = useSignal<string | null>(null)
  const busy = useSignal(false)
  const set = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (busy.value) return
    const asked = requestOf(draft.value)
    if (typeof asked === 'string') {
      fault.value = asked
      return
    }
    busy.value = true
    fault.value = await attempt(async () => {
      const made = await post<{ id: string; credentials: Credentials }>('/devices', asked)
      keepSecret(made.id, made.credentials.password)
      go('devices', made.id)
    })
    busy.value = false
  }
  return (
    <form class="card pad form" onSubmit={(event) => void submit(event)} noValidate data-testid="add-form">
      <h2 class="card-title">{w('add.title')}</h2>
      <Fields draft={draft.value} set={set} />
      <p class="error" role="alert" data-testid="add-error">
        {fault.value}
      </p>
      <div class="row-form">
        <button type="submit" class="button button-main" disabled={busy.value} data-testid="add-submit">
          {w('add.submit')}
        </button>
        <a class="button" href={addressOf('devices')}>
          {w('form.cancel')}
        </a>
      </div>
    </form>
  )
}

function Fields({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const profiles = useAsked<Items<Profile>>('/profiles').value.body?.items ?? []
  return (
    <div class="form-grid">
      <TextField
        label={w('add.id')}
        hint={w('add.idHint')}
        value={draft.id}
        set={(id) => set({ id })}
        testId="add-id"
        autoFocus
      />
      <Labelled label={w('add.type')} hint={w('add.typeHint')}>
        {(id) => <TypeChoice id={id} value={draft.type} set={(type) => set({ type })} />}
      </Labelled>
      <Choice
        label={w('add.profile')}
        hint={w('add.profileHint')}
        value={draft.profile}
        set={(profile) => set({ profile })}
        options={[
          ['', w('add.noProfile')],
          ...profiles.map(({ id, name }) => [id, name && name !== id ? `${id} (${name})` : id] as const),
        ]}
        testId="add-profile"
      />
      <Choice
        label={w('add.role')}
        hint={w('add.roleHint')}
        value={draft.role}
        set={(role) => set({ role })}
        options={[
          ['end-device', w('add.endDevice')],
          ['gateway', w('add.gateway')],
        ]}
        testId="add-role"
      />
      <TextField
        label={w('add.location')}
        hint={w('add.locationHint')}
        value={draft.location}
        set={(location) => set({ location })}
        testId="add-location"
      />
      <Choice
        label={w('add.area')}
        hint={w('add.areaHint')}
        value={draft.area}
        set={(area) => set({ area })}
        options={[['', w('add.byLocation')], ...communeOptions()]}
        testId="add-area"
      />
      <TextField
        label={w('add.externalId')}
        hint={w('add.externalIdHint')}
        value={draft.externalId}
        set={(externalId) => set({ externalId })}
        testId="add-external-id"
      />
    </div>
  )
}

function TypeChoice({ id, value, set }: { id: string; value: string; set: (type: string) => void }) {
  const types = [...entityTypes.value.values()]
  const domains = [...new Set(types.map(({ domain }) => domain))]
  return (
    <select
      id={id}
      class="select"
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      data-testid="add-type"
    >
      <option value="">{w('add.chooseType')}</option>
      {domains.map((domain) => (
        <optgroup label={w(`domain.${domain}`)} key={domain}>
          {types
            .filter((type) => type.domain === domain)
            .map((type) => (
              <option value={type.id} key={type.id}>
                {nameOf(type)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  )
}

const communeOptions = (): [string, string][] =>
  [...areas.value.values()]
    .filter(({ level, parent }) => level === 'commune' && (parent === null || parent === PROVINCE_CODE))
    .map((area): [string, string] => [area.code, nameOf(area)])
    .sort(([, a], [, b]) => a.localeCompare(b, 'vi'))

/** The body of the request, or what is missing. */
function requestOf(draft: Draft): object | string {
  const id = draft.id.trim()
  if (!ID.test(id)) return w('add.badId')
  if (draft.type === '' && draft.profile === '') return w('add.noType')
  const location = locationOf(draft.location)
  if (location === undefined) return w('add.badLocation')
  const externalId = draft.externalId.trim()
  return {
    id,
    role: draft.role,
    ...(draft.type === '' ? {} : { type: draft.type }),
    ...(draft.profile === '' ? {} : { profile: draft.profile }),
    ...(draft.area === '' ? {} : { area: draft.area }),
    ...(location === null ? {} : { location }),
    ...(externalId === '' ? {} : { externalIds: [externalId] }),
  }
}

/** As maps give it: "12.6823, 108.0512". Null: none given; undefined: not a place. */
function locationOf(text: string): { lat: number; lon: number } | null | undefined {
  if (text.trim() === '') return null
  const parts = text.trim().split(/[\s,;]+/)
  const [lat = Number.NaN, lon = Number.NaN] = parts.map(Number)
  const isPlace = parts.length === 2 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return isPlace ? { lat, lon } : undefined
}
