import type { Accounting, Sender } from './subject.ts'

const REQUESTS_AT_ONCE = 4

/** Makes so many power meters through the API and gives their credentials. */
export async function registerDevices(apiUrl: string, token: string, devices: number): Promise<Sender[]> {
  const senders: Sender[] = []
  let next = 0
  const work = async () => {
    while (next < devices) senders.push(await registerDevice(apiUrl, token, `bench-${next++}`))
  }
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work))
  return senders
}

async function registerDevice(apiUrl: string, token: string, id: string): Promise<Sender> {
  const response = await fetch(`${apiUrl}/api/v1/devices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, type: 'power-meter', test: true }),
  })
  if (response.status !== 201)
    throw new Error(`device ${id} was not made: ${response.status} ${await response.text()}`)
  const { credentials } = (await response.json()) as { credentials: { password: string } }
  return { device: id, password: credentials.password }
}

/** The platform's own count of observations, as it stands on /metrics. */
export async function readCounters(apiUrl: string): Promise<Omit<Accounting, 'rows'>> {
  const text = await (await fetch(`${apiUrl}/metrics`)).text()
  const sum = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`plumbline_observations_${name}_total`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  return {
    received: sum('received'),
    stored: sum('stored'),
    duplicate: sum('duplicate'),
    rejected: sum('rejected'),
  }
}
