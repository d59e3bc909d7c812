import { useSignal } from '@preact/signals'
import { attempt, useAsked } from '../state/asked.ts'
import { quantityName } from '../state/catalogue.ts'
import { formatUnit } from '../text/units.ts'
import { patch } from '../wire/client.ts'
import { Choice } from './fields.tsx'
import { meaningsOf, removeMeaning } from './meanings.ts'
import type { Device, Items, Meaning, Profile } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly device: Device
  /** Rises when a profile was changed elsewhere on the page. */
  readonly version: number
  readonly changed: () => void
}

/** How the device's messages are read: the profile it has, and what that says of field names. */
export function ProfileCard({ device, version, changed }: Props) {
  const fault = useSignal<string | null>(null)
  const profiles = useAsked<Items<Profile>>('/profiles', version).value.body?.items ?? []
  const profile = profiles.find(({ id }) => id === device.profile) ?? null
  const run = async (change: () => Promise<unknown>): Promise<void> => {
    fault.value = await attempt(change)
    changed()
  }
  return (
    <section class="card pad snippets" aria-label={w('add.profile')} data-testid="profile-card">
      <Choice
        label={w('add.profile')}
        value={device.profile ?? ''}
        set={(id) => void run(() => patch(`/devices/${device.id}`, { profile: id === '' ? null : id }))}
        options={[
          ['', w('add.noProfile')],
          ...profiles.map(({ id, codec }) => [id, codec === null ? id : `${id} (${codec})`] as const),
        ]}
        testId="device-profile"
      />
      {profile !== null && (
        <Meanings profile={profile} remove={(name) => void run(() => removeMeaning(profile, name))} />
      )}
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </section>
  )
}

function Meanings({ profile, remove }: { profile: Profile; remove: (name: string) => void }) {
  const meanings = Object.entries(meaningsOf(profile))
  if (meanings.length === 0) return null
  return (
    <ul class="plain-list meanings">
      {meanings.map(([name, meaning]) => (
        <li class="row-form" key={name} data-testid="meaning" data-name={name}>
          <span>
            <code>{name}</code> → {meaningText(meaning)}
          </span>
          <button
            type="button"
            class="button"
            onClick={() => remove(name)}
            aria-label={`${w('mapping.remove')}: ${name}`}
          >
            {w('mapping.remove')}
          </button>
        </li>
      ))}
    </ul>
  )
}

function meaningText(meaning: Meaning): string {
  if (meaning === null) return w('profile.leftOut')
  const { quantity, channel, unit } = meaning
  const name = quantityName(channel === undefined ? quantity : `${quantity}/${channel}`)
  return unit === undefined ? name : `${name} (${formatUnit(unit) || unit})`
}
