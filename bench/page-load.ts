import { setTimeout as delay } from 'node:timers/promises'
import mqtt from 'mqtt'
import type { Child } from './child-process.ts'
import type { Place } from './place.ts'
import type { Sender } from './subject.ts'

const TYPE = 'power-meter'
const COMMUNE = '24133'
const PROBE_EVERY_MS = 500
/** Five digits: shown without decimals, so that the text in the page tells which one it is. */
const PROBE_VALUE_MIN = 20_000

/** Imports so many meters, spread over the province; gives their secrets. */
export async function importMeters(child: Child, place: Place, count: number): Promise<Sender[]> {
  const rows = Array.from({ length: count }, (_, i) => {
    // A spiral fills the area evenly and is the same each time.
    const angle = i * 2.399963
    const radius = Math.sqrt(i / count)
    const location = {
      lat: 12.8 + 0.6 * radius * Math.sin(angle),
      lon: 108.3 + 0.9 * radius * Math.cos(angle),
    }
    return JSON.stringify({ id: `pm-${String(i).padStart(5, '0')}`, type: TYPE, area: COMMUNE, location })
  })
  const response = await fetch(`${child.ready.http}/api/v1/devices/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${place.adminToken}`, 'content-type': 'application/x-ndjson' },
    body: rows.join('\n'),
  })
  if (response.status !== 201)
    throw new Error(`the import was refused: ${(await response.text()).slice(0, 500)}`)
  const secrets = (await response.text()).trim().split('\n')
  return secrets.map((line) => {
    const { id, password } = JSON.parse(line) as { id: string; password: string }
    return { device: id, password }
  })
}

/** One more device whose values count up, so that each can be known again in the page. */
export async function startProbe(child: Child, { device, password }: Sender) {
  const client = mqtt.connect(`mqtt://127.0.0.1:${child.ready.mqttPort}`, {
    clientId: device,
    username: device,
    password,
  })
  await new Promise<void>((resolve, reject) => client.once('connect', () => resolve()).once('error', reject))
  const sentMs = new Map<string, number>()
  const send = (): void => {
    const value = PROBE_VALUE_MIN + sentMs.size
    sentMs.set(String(value), Date.now())
    client.publish(`devices/${device}/readings`, JSON.stringify({ values: { 'active-power': value } }), {
      qos: 1,
    })
  }
  send()
  const timer = setInterval(send, PROBE_EVERY_MS)
  return {
    sentMs,
    async stop() {
      clearInterval(timer)
      await delay(PROBE_EVERY_MS)
      await client.endAsync(true)
    },
  }
}
