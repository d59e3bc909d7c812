import type { MqttClient } from 'mqtt'
import { publish } from './mqtt-client.ts'

interface Received {
  readonly name: string
  readonly id: string
  readonly issuedAt: string
  readonly expiresAt: string
  readonly args: Readonly<Record<string, unknown>>
}

/** Makes a client hear its commands; gives the list of those that came. `onCommand` may answer. */
export async function hearCommands(
  client: MqttClient,
  device: string,
  onCommand: (command: Received) => unknown = () => {},
): Promise<Received[]> {
  const received: Received[] = []
  client.on('message', (topic, payload) => {
    const [, , folder, name = '', more] = topic.split('/')
    if (folder !== 'commands' || more !== undefined) return
    const command = { name, ...JSON.parse(payload.toString()) } as Received
    received.push(command)
    onCommand(command)
  })
  await client.subscribeAsync(`devices/${device}/commands/+`, { qos: 1 })
  return received
}

/** Resolves with the PUBACK. */
export const answer = (
  client: MqttClient,
  device: string,
  { name, id }: Pick<Received, 'name' | 'id'>,
  more: object = { status: 'done' },
): Promise<unknown> => publish(client, `devices/${device}/commands/${name}/reply`, { id, ...more })
