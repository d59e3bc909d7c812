import { addDays, localDate } from '../core/time.ts'
import { TYPES } from './models/index.ts'
import type { Platform } from './platform-request.ts'
import { mix, unit } from './random.ts'
import { SimulatorError } from './simulator-error.ts'
import type { Credentials, CredentialsById } from './state-file.ts'
import type { Device } from './world.ts'

const DAYS = 730
/** Each month a device is heard on this many days: a count asks no more, and the files stay short. */
const HEARD_DAYS = 4
const REPLACED_EVERY = 25
const GATEWAYS = 2
/** Issuer identifiers of this form are nobody's (ITU-T E.118). */
const ICCID_HEAD = '8984999'

const ORGANISATIONS: Readonly<Record<string, string>> = {
  'power-meter': 'power company',
  transformer: 'power company',
  feeder: 'power company',
  'traffic-counter': 'department of transport',
}

/** Who has a water meter that is no household's. Among several, a household's meter is not known to one of them. */
const METERED = ['water company', 'hospital', 'school', 'industrial park', 'market'] as const

interface PastDevice {
  readonly id: string
  readonly entity: string
  readonly type: string
  readonly role: 'end-device' | 'gateway'
  readonly access: string
  readonly location: Device['location'] | null
  readonly intervalS: number | ''
  readonly isHousehold: boolean
  readonly validFrom: string
  readonly retiredAt: string
  /** The days it was heard on begin and end here; null: it never was. */
  readonly heard: readonly [from: string, to: string] | null
}

/** Two years in which the devices came into service, some of them in place of others: as the files that bring in the past of
 *  real ones. */
export function pastOf(devices: readonly Device[], nowMs: number): { devices: string; activity: string } {
  const today = localDate(nowMs * 1000)
  const all = devices.flatMap((device, i) => livesOf(device, i, today))
  const gateways = devices
    .filter(({ type }) => type === 'tank')
    .slice(0, GATEWAYS)
    .map((tank, i) => gatewayAt(tank, i, today))
  return {
    devices: deviceFile([...all, ...gateways]),
    activity: activityFile([...all, ...gateways], today),
  }
}

function livesOf(device: Device, i: number, today: string): PastDevice[] {
  // Households were a trial at the beginning, the same ones ever since: a count of few of them would have to be withheld, and
  // sums with it. Others came more of late than at first.
  const isHousehold = device.type === 'water-meter' && unit(device.seed, 73) < 0.5
  const age = isHousehold ? DAYS : Math.ceil(DAYS * unit(device.seed, 71) ** 1.5)
  const since = addDays(today, -Math.max(1, age))
  const current: PastDevice = {
    ...{ id: device.id, entity: device.id, type: device.type, role: 'end-device', retiredAt: '' },
    access: TYPES[device.type].access,
    location: device.location,
    intervalS: Math.max(1, Math.ceil(device.intervalMs / 1000)),
    isHousehold,
    validFrom: since,
    heard: [since, addDays(today, -1)],
  }
  // What is replaced, in store or broken is the company's.
  const own = { ...current, isHousehold: false }
  if (i % REPLACED_EVERY === 3) {
    const first = addDays(since, -200)
    const before = { ...own, id: `${device.id}-before`, validFrom: first, retiredAt: since }
    return [{ ...before, heard: [first, addDays(since, -1)] }, current]
  }
  // In store, and a broken one that nobody has taken out.
  if (i % (REPLACED_EVERY * 2) === 7) return [current, { ...own, id: `${device.id}-spare`, heard: null }]
  if (i % (REPLACED_EVERY * 2) === 11) {
    const first = addDays(today, -DAYS)
    const broken = { ...own, id: `${device.id}-broken`, validFrom: first }
    return [current, { ...broken, heard: [first, addDays(today, -120)] }]
  }
  return [current]
}

const gatewayAt = (tank: Device, i: number, today: string): PastDevice => ({
  id: `${tank.id}-gateway`,
  entity: tank.id,
  type: tank.type,
  role: 'gateway',
  access: 'cellular',
  location: null,
  intervalS: '',
  isHousehold: false,
  validFrom: addDays(today, -DAYS + 90 * i),
  retiredAt: '',
  heard: [addDays(today, -DAYS + 90 * i), addDays(today, -1)],
})

function deviceFile(devices: readonly PastDevice[]): string {
  const lines = devices.map((device, i) => {
    const { id, entity, type, role, access, location, intervalS, isHousehold, validFrom, retiredAt } = device
    const organisation = type === 'water-meter' ? METERED[i % METERED.length] : 'water company'
    const owner = isHousehold ? `household ${entity}` : (ORGANISATIONS[type] ?? organisation)
    return [
      ...[id, entity, type, role, access, location?.lat ?? '', location?.lon ?? '', intervalS],
      ...[isHousehold ? 'person' : 'org', owner, `serial:simulated:${id}`],
      access === 'cellular' ? `${ICCID_HEAD}${String(i).padStart(12, '0')}` : '',
      ...[validFrom, retiredAt, validFrom],
    ].join(',')
  })
  const columns =
    'id,entity,type,role,access,lat,lon,intervalS,ownerKind,owner,identity,sims,validFrom,retiredAt,recordedAt'
  return `${[columns, ...lines].join('\n')}\n`
}

function activityFile(devices: readonly PastDevice[], today: string): string {
  const lines = devices.flatMap(({ id, heard }, i) =>
    heard === null ? [] : [...monthly(id, heard, mix(i, 5) % 30, today)],
  )
  return `${['device,from,to', ...lines].join('\n')}\n`
}

/** Each device on days of its own, so that no day is without one. */
function* monthly(id: string, [from, to]: readonly [string, string], offset: number, today: string) {
  for (let ago = DAYS + 30 + offset; ago > 0; ago -= 30) {
    const first = max(addDays(today, -ago), from)
    const last = min(addDays(today, HEARD_DAYS - 1 - ago), to)
    if (first <= last) yield [id, first, last].join(',')
  }
}

const max = (a: string, b: string): string => (a > b ? a : b)
const min = (a: string, b: string): string => (a < b ? a : b)

/** Registers all of them with their past; gives the credentials of those that are in service. Null: some are there already. */
export async function bringInPast(
  devices: readonly Device[],
  platform: Platform,
): Promise<CredentialsById | null> {
  const past = pastOf(devices, Date.now())
  const made = await send(platform, '/devices/import', past.devices)
  if (made.status === 422) return null
  const secrets = await taken(made)
  await taken(await send(platform, '/activity/import', past.activity))
  const [, ...lines] = secrets.trim().split('\n')
  return new Map(
    lines.map((line): [string, Credentials] => {
      const [id = '', username = '', password = ''] = line.split(',')
      return [id, { username, password }]
    }),
  )
}

const send = ({ api, token, signal }: Platform, path: string, body: string): Promise<Response> =>
  fetch(`${api}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body,
    signal: signal ?? null,
  })

async function taken(answer: Response): Promise<string> {
  const text = await answer.text()
  if (!answer.ok)
    throw new SimulatorError(`the past was refused (HTTP ${answer.status}): ${text.slice(0, 300)}`)
  return text
}
