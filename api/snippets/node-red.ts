import type { SnippetContext } from './snippets.ts'

/** A flow for the import of Node-RED's editor: a button, and the node that publishes. */
export function nodeRedSnippet({ connection, device, secret, message, tlsPort }: SnippetContext): string {
  // Ids of their own for each device, so that a second import stands beside the first.
  const id = (part: string): string => `${device}-${part}`
  const tab = id('tab')
  const payload = message.isHex
    ? { payload: JSON.stringify([...Buffer.from(message.payload, 'hex')]), payloadType: 'bin' }
    : { payload: message.payload, payloadType: 'str' }
  const flow = [
    { id: tab, type: 'tab', label: device },
    {
      id: id('inject'),
      type: 'inject',
      z: tab,
      name: 'send a reading',
      props: [{ p: 'payload' }],
      ...payload,
      repeat: '',
      once: false,
      x: 150,
      y: 100,
      wires: [[id('out')]],
    },
    {
      id: id('out'),
      type: 'mqtt out',
      z: tab,
      name: '',
      topic: message.topic,
      qos: '1',
      retain: 'false',
      broker: id('broker'),
      x: 400,
      y: 100,
      wires: [],
    },
    {
      id: id('broker'),
      type: 'mqtt-broker',
      name: 'Plumbline',
      broker: connection.host,
      port: String(tlsPort ?? connection.mqttPort),
      clientid: device,
      autoConnect: true,
      usetls: tlsPort !== null,
      ...(tlsPort === null ? {} : { tls: id('tls') }),
      protocolVersion: '4',
      keepalive: '60',
      cleansession: true,
      credentials: { user: device, password: secret },
    },
    ...(tlsPort === null ? [] : [{ id: id('tls'), type: 'tls-config', name: '', verifyservercert: true }]),
  ]
  return `${JSON.stringify(flow, null, 2)}\n`
}
