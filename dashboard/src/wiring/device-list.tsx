import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../state/asked.ts'
import { typeName } from '../state/catalogue.ts'
import { fold } from '../text/fold.ts'
import { addressOf, go } from './route.ts'
import type { Device, Items } from './wire.ts'
import { w } from './words.ts'

const ASKED_MAX = 1000
const SHOWN_MAX = 100

/** Devices to choose from. An id that is not among the first thousand can be typed. */
export function DeviceList() {
  const search = useSignal('')
  const { body, error } = useAsked<Items<Device>>(`/devices?limit=${ASKED_MAX}`).value
  const wanted = fold(search.value.trim())
  const found = (body?.items ?? []).filter(
    ({ id, type, retiredAt }) =>
      retiredAt === null && fold(`${id} ${type} ${typeName(type)}`).includes(wanted),
  )
  const open = (event: Event): void => {
    event.preventDefault()
    const id = search.value.trim()
    const only = found.length === 1 ? found[0]?.id : undefined
    if (id !== '') go('devices', only ?? id)
  }
  return (
    <section class="card pad" aria-label={w('tab.devices')}>
      <form class="row-form" onSubmit={open}>
        <input
          class="input"
          type="search"
          aria-label={w('devices.search')}
          placeholder={w('devices.search')}
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value
          }}
          data-testid="device-search"
        />
        <a class="button button-main" href={addressOf('add')} data-testid="add-device">
          {w('devices.add')}
        </a>
      </form>
      {error && <p class="error">{errorText(error)}</p>}
      {body?.items.length === 0 && <p class="notice">{w('devices.none')}</p>}
      <ul class="device-list">
        {found.slice(0, SHOWN_MAX).map((device) => (
          <li key={device.id}>
            <a href={addressOf('devices', device.id)} data-device={device.id}>
              <b>{device.id}</b>
              <span class="muted">
                {typeName(device.type)}
                {device.role === 'gateway' && ` · ${w('add.gateway')}`}
                {device.profile !== null && ` · ${device.profile}`}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {found.length > SHOWN_MAX && <p class="muted small">{w('devices.more')}</p>}
    </section>
  )
}
