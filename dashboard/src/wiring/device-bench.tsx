import { useSignal } from '@preact/signals'
import { attempt, errorText, useAsked } from '../state/asked.ts'
import { areaName, typeName } from '../state/catalogue.ts'
import { CopyButton } from './copy-button.tsx'
import { freshSecrets, renewSecret } from './credentials.ts'
import { EntityNow } from './entity-now.tsx'
import { LiveTail } from './live-tail.tsx'
import { ProfileCard } from './profile-card.tsx'
import { addressOf } from './route.ts'
import { SnippetsCard } from './snippets-card.tsx'
import type { Device, Snippets } from './wire.ts'
import { w } from './words.ts'

/** One device on the bench: its secret, what to paste, and its messages as they come in. */
export function DeviceBench({ id }: { id: string }) {
  const version = useSignal(0)
  const { body: device, error } = useAsked<Device>(`/devices/${id}`, version.value).value
  const { body: snippets } = useAsked<Snippets>(`/devices/${id}/snippets`, version.value).value
  if (error !== null && device === null)
    return (
      <section class="card pad">
        <p class="error">{error.status === 404 ? w('bench.noDevice', { id }) : errorText(error)}</p>
        <a class="button" href={addressOf('devices')}>
          {w('bench.back')}
        </a>
      </section>
    )
  return (
    <div class="bench-columns">
      <div class="bench-side">
        <section class="card pad" data-testid="device-card" data-device={id}>
          <a class="back" href={addressOf('devices')}>
            ← {w('bench.back')}
          </a>
          <h2 class="bench-title">{id}</h2>
          {device && <Facts device={device} />}
          {device && <EntityNow entity={device.entity} />}
          <Secret id={id} />
        </section>
        {snippets && <SnippetsCard id={id} snippets={snippets} />}
        {device && <ProfileCard device={device} version={version.value} changed={() => version.value++} />}
      </div>
      <LiveTail id={id} snippets={snippets} changed={() => version.value++} />
    </div>
  )
}

function Facts({ device }: { device: Device }) {
  const { type, area, profile, role } = device
  return (
    <p class="muted">
      {[
        typeName(type),
        areaName(area) ?? w('bench.noArea'),
        ...(role === 'gateway' ? [w('add.gateway')] : []),
        profile === null ? w('add.noProfile') : w('bench.profile', { id: profile }),
      ].join(' · ')}
    </p>
  )
}

function Secret({ id }: { id: string }) {
  const secret = freshSecrets.value.get(id)
  const isAsking = useSignal(false)
  const fault = useSignal<string | null>(null)
  const renew = async (): Promise<void> => {
    fault.value = await attempt(() => renewSecret(id))
    isAsking.value = false
  }
  if (secret !== undefined)
    return (
      <div class="secret" role="status" data-testid="secret">
        <b>{w('secret.once')}</b>
        <div class="row-form">
          <code class="secret-text" data-testid="secret-text">
            {secret}
          </code>
          <CopyButton text={secret} what={w('secret.what')} testId="copy-secret" />
        </div>
      </div>
    )
  return (
    <div class="secret-none">
      <p class="muted small">{w('secret.gone')}</p>
      {isAsking.value ? (
        <div class="row-form">
          <span>{w('secret.sure')}</span>
          <button type="button" class="button" onClick={() => void renew()} data-testid="renew-yes">
            {w('secret.yes')}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              isAsking.value = false
            }}
          >
            {w('form.cancel')}
          </button>
        </div>
      ) : (
        <button
          type="button"
          class="button"
          onClick={() => {
            isAsking.value = true
          }}
          data-testid="renew"
        >
          {w('secret.renew')}
        </button>
      )}
      {fault.value !== null && <p class="error">{fault.value}</p>}
    </div>
  )
}
