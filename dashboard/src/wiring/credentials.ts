import { signal } from '@preact/signals'
import { post } from '../wire/client.ts'
import type { Credentials } from './wire.ts'

/** Secrets that were made on this page, by device: shown until the page is left, and kept nowhere. */
export const freshSecrets = signal<ReadonlyMap<string, string>>(new Map())

export function keepSecret(device: string, secret: string): void {
  freshSecrets.value = new Map([...freshSecrets.value, [device, secret]])
}

export function forgetSecrets(): void {
  freshSecrets.value = new Map()
}

/** Ends the old secret, and the sessions that used it. */
export async function renewSecret(device: string): Promise<void> {
  const { credentials } = await post<{ credentials: Credentials }>(`/devices/${device}/credentials`, {})
  keepSecret(device, credentials.password)
}
