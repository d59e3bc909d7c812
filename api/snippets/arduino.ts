import type { SnippetContext } from './snippets.ts'

// JSON's strings are C's too, as far as these are ASCII.
const text = (value: string): string => JSON.stringify(value)

/** For an ESP32 with PubSubClient, which can publish at QoS 0 only: the sketch says so. */
export function arduinoSnippet({ connection, device, secret, message, tlsPort }: SnippetContext): string {
  const isSecure = tlsPort !== null
  const client = isSecure ? 'WiFiClientSecure' : 'WiFiClient'
  const bytes = message.isHex
    ? `const uint8_t PAYLOAD[] = {${(message.payload.match(/../g) ?? []).map((byte) => `0x${byte}`).join(', ')}};`
    : `const char *PAYLOAD = ${text(message.payload)};`
  const send = message.isHex ? 'mqtt.publish(TOPIC, PAYLOAD, sizeof PAYLOAD)' : 'mqtt.publish(TOPIC, PAYLOAD)'
  return `// ESP32, library "PubSubClient". It publishes at QoS 0: a reading that the network loses is lost.
// Where that matters, use a library with QoS 1 (for example "MQTT" by Joel Gaehwiler).
#include <WiFi.h>
${isSecure ? '#include <WiFiClientSecure.h>\n' : ''}#include <PubSubClient.h>

const char *WIFI_NAME = "your wifi";
const char *WIFI_PASSWORD = "its password";
const char *DEVICE = ${text(device)};
const char *SECRET = ${text(secret)};
const char *TOPIC = ${text(message.topic)};
${bytes}
${isSecure ? '// The CA that signed the certificate of the platform, PEM.\nconst char *CA = "-----BEGIN CERTIFICATE-----\\n...\\n-----END CERTIFICATE-----\\n";\n' : ''}
${client} network;
PubSubClient mqtt(network);

void setup() {
  Serial.begin(115200);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(250);
${isSecure ? `  network.setCACert(CA);\n${connection.needsCertificate ? '  // The platform also takes a certificate of the device: setCertificate and setPrivateKey.\n' : ''}` : ''}  mqtt.setServer(${text(connection.host)}, ${tlsPort ?? connection.mqttPort});
  mqtt.setBufferSize(1024);
}

void loop() {
  if (!mqtt.connected() && !mqtt.connect(DEVICE, DEVICE, SECRET)) {
    Serial.printf("no connection, state %d\\n", mqtt.state());
    delay(5000);
    return;
  }
  Serial.println(${send} ? "sent" : "not sent");
  for (int i = 0; i < 600; i++) {
    mqtt.loop();
    delay(100);
  }
}
`
}
