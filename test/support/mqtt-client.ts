import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'

/** An mqtt.js client that is signed in as a device; ended with the test. */
export async function connectDevice(
  port: number,
  device: string,
  password: string,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: device,
    username: device,
    password,
    reconnectPeriod: 0,
    ...more,
  })
  onTestFinished(() => void client.end(true))
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('the connection was closed')))
  })
  client.on('error', () => {})
  return client
}

/** Publishes at QoS 1; resolves with the PUBACK. */
export const publish = (client: MqttClient, topic: string, payload: unknown): Promise<unknown> =>
  client.publishAsync(
    topic,
    typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
    { qos: 1 },
  )
