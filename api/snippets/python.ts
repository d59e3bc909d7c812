import type { SnippetContext } from './snippets.ts'

// JSON's strings are Python's too.
const text = (value: string): string => JSON.stringify(value)

/** For paho-mqtt 2; QoS 1, so that the acknowledgement is seen. */
export function pythonSnippet({ connection, device, secret, message, tlsPort }: SnippetContext): string {
  const { values, isHex, payload } = message
  const made = values
    ? `json.dumps({"time": int(time.time() * 1000), "values": ${JSON.stringify(values)}})`
    : isHex
      ? `bytes.fromhex(${text(payload)})`
      : text(payload)
  const files = connection.needsCertificate ? 'certfile="device.crt", keyfile="device.key"' : ''
  return `# pip install "paho-mqtt>=2"
import json
import time

import paho.mqtt.client as mqtt

DEVICE = ${text(device)}
SECRET = ${text(secret)}
TOPIC = ${text(message.topic)}


def on_connect(client, userdata, flags, reason, properties):
    print("refused: " + str(reason) if reason.is_failure else "signed in")


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=DEVICE)
client.on_connect = on_connect
client.username_pw_set(DEVICE, SECRET)
${tlsPort === null ? '' : `client.tls_set(${files})\n`}client.connect(${text(connection.host)}, ${tlsPort ?? connection.mqttPort})
client.loop_start()

payload = ${made}
sent = client.publish(TOPIC, payload, qos=1)
deadline = time.time() + 15
while not sent.is_published() and time.time() < deadline:
    time.sleep(0.1)
# Acknowledged means committed: the reading is in the database.
print("stored" if sent.is_published() else "no acknowledgement")
client.disconnect()
client.loop_stop()
`
}
