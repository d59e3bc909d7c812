import { get, patch, post, RequestError } from '../wire/client.ts'
import { type Names, namesOf, renaming } from './renaming.ts'
import { stepsOf } from './verdict.ts'
import type { Device, Judged, Meaning, Profile } from './wire.ts'

/** A field of a message whose meaning is to be said. */
export interface Field {
  readonly device: string
  /** The codec that read the message; null: not known, to be asked. */
  readonly format: string | null
  readonly topic: string
  /** Who sent the message: the device, or a gateway that speaks for it. */
  readonly sender: string
  /** JSON Pointer. */
  readonly path: string
}

/** By which name a profile speaks of it: of the canonical form all after `values`, of others the last step that is no place
 *  in a list; where the whole payload is the value, the topic has the name. */
export function nameOf({ format, topic, path }: Field): string {
  const steps = stepsOf(path)
  if (format !== 'canonical' && format !== 'mapping')
    return (path === '' ? topic.split('/') : steps).findLast((step) => !/^\d+$/.test(step)) ?? ''
  return steps[steps.indexOf('values') + 1] ?? steps.at(-1) ?? ''
}

/** The same with its format: a rejection does not say who read it. */
export async function withFormat(field: Field, payload: string): Promise<Field> {
  if (field.format !== null) return field
  const { sender, topic } = field
  try {
    const { format } = await post<Judged>('/decode', { device: sender, topic, payload })
    return { ...field, format }
  } catch (error) {
    // Nothing reads the topic: then a profile's fields are what helps once something does.
    if (error instanceof RequestError && error.status === 404) return { ...field, format: 'none' }
    throw error
  }
}

/** What saving the meaning will change. */
export interface Target {
  readonly device: Device
  /** Null: a new profile will be made for the device. */
  readonly profile: Profile | null
}

export async function targetOf(id: string): Promise<Target> {
  const device = await get<Device>(`/devices/${id}`)
  return {
    device,
    profile: device.profile === null ? null : await get<Profile>(`/profiles/${device.profile}`),
  }
}

/** Whether the message had names of the canonical form: these are given others by a mapping, the fields of all other
 *  formats by the profile itself. */
const isCanonical = ({ format }: Field, profile: Profile | null): boolean =>
  format === 'canonical' || (format === 'mapping' && namesOf(profile?.mapping ?? '') !== null)

/** Whether this page can add a meaning to the profile; a mapping that somebody wrote is theirs to change. */
export function canSave(field: Field, { profile }: Target): boolean {
  if (!isCanonical(field, profile)) return field.format !== 'mapping'
  if (profile === null || profile.codec === null || profile.codec === 'canonical') return true
  return profile.codec === 'mapping' && namesOf(profile.mapping ?? '') !== null
}

/** Stores the meaning with the device's profile; makes one where it has none. Gives the profile's id. */
export async function saveMeaning(
  field: Field,
  name: string,
  meaning: Meaning,
  { device, profile }: Target,
): Promise<string> {
  const base: Partial<Profile> = profile ?? {
    id: await freeId(device.id),
    name: device.id,
    entityType: device.type,
  }
  const { devices: _, updatedAt: __, ...kept } = base
  const change = isCanonical(field, profile)
    ? {
        codec: 'mapping',
        topics: ['devices/+/readings'],
        mapping: renaming({ ...namesOf(profile?.mapping ?? ''), [name]: meaning }),
      }
    : { fields: { ...profile?.fields, [name]: meaning } }
  const saved = await post<Profile>('/profiles', { ...kept, ...change })
  if (device.profile !== saved.id) await patch(`/devices/${device.id}`, { profile: saved.id })
  return saved.id
}

/** Whether the message would be understood there now. A format may know the field by another name than its path shows. */
export async function isUnderstood({ sender, topic, path }: Field, payload: string): Promise<boolean> {
  const { unmapped, rejections } = await post<Judged>('/decode', { device: sender, topic, payload })
  return !unmapped.includes(path) && !rejections.some((item) => item.path === path)
}

/** What a profile says of names: those this page added to a mapping, or the fields. */
export const meaningsOf = ({ codec, mapping, fields }: Profile): Names =>
  (codec === 'mapping' ? namesOf(mapping ?? '') : null) ?? fields

export async function removeMeaning(profile: Profile, name: string): Promise<void> {
  const { [name]: _, ...left } = meaningsOf(profile)
  const { devices: __, updatedAt: ___, ...kept } = profile
  const isRenaming = profile.codec === 'mapping' && namesOf(profile.mapping ?? '') !== null
  await post('/profiles', { ...kept, ...(isRenaming ? { mapping: renaming(left) } : { fields: left }) })
}

/** A profile of the device's own name, beside those that are there: POST would replace one. */
async function freeId(device: string): Promise<string> {
  for (let n = 1; ; n++) {
    const id = `${device.slice(0, 52)}-fields${n === 1 ? '' : n}`
    try {
      await get(`/profiles/${id}`)
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return id
      throw error
    }
  }
}
