import type { SnippetContext } from './snippets.ts'

/** For `sh`: nothing in it is expanded. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

// In octal: dash's printf knows no \x.
const octal = (byte: string): string => `\\${Number.parseInt(byte, 16).toString(8).padStart(3, '0')}`
const fromHex = (hex: string): string => `printf ${quoted(hex.replace(/../g, octal))} | `

export function mosquittoSnippet({ connection, device, secret, message, tlsPort }: SnippetContext): string {
  const certificate = connection.needsCertificate ? ' --cert device.crt --key device.key' : ''
  const tls = tlsPort === null ? '' : ` --capath /etc/ssl/certs${certificate}`
  const body = message.isHex ? '-s' : `-m ${quoted(message.payload)}`
  return `${hexInto(message)}mosquitto_pub -h ${connection.host} -p ${tlsPort ?? connection.mqttPort}${tls} -q 1 -i ${device} -u ${device} -P ${quoted(secret)} \\
  -t ${quoted(message.topic)} ${body}
`
}

export function curlSnippet({ connection, device, secret, message }: SnippetContext): string {
  const path = message.topic.split('/').map(encodeURIComponent).join('/')
  const type = message.isHex ? 'application/octet-stream' : 'application/json'
  const body = message.isHex ? '@-' : quoted(message.payload)
  return `${hexInto(message)}curl -i -u ${quoted(`${device}:${secret}`)} -H 'content-type: ${type}' \\
  --data-binary ${body} ${quoted(`${connection.httpUrl}/ingest/${path}`)}
`
}

const hexInto = ({ isHex, payload }: SnippetContext['message']): string => (isHex ? fromHex(payload) : '')
