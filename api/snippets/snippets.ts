import { arduinoSnippet } from './arduino.ts'
import type { Connection } from './connection.ts'
import type { ExampleMessage } from './example-message.ts'
import { nodeRedSnippet } from './node-red.ts'
import { pythonSnippet } from './python.ts'
import { curlSnippet, mosquittoSnippet } from './shell.ts'

/** What a snippet is made of. Everything in it is safe to show but the secret. */
export interface SnippetContext {
  readonly connection: Connection
  readonly device: string
  readonly secret: string
  readonly message: ExampleMessage
  /** Null: MQTT without TLS. */
  readonly tlsPort: number | null
}

interface SnippetKind {
  readonly language: 'shell' | 'python' | 'cpp' | 'json'
  readonly write: (context: SnippetContext) => string
}

/** By what it is for. To add one: its file, and its line here. */
export const SNIPPETS = {
  mosquitto: { language: 'shell', write: mosquittoSnippet },
  curl: { language: 'shell', write: curlSnippet },
  python: { language: 'python', write: pythonSnippet },
  arduino: { language: 'cpp', write: arduinoSnippet },
  'node-red': { language: 'json', write: nodeRedSnippet },
} as const satisfies Record<string, SnippetKind>

export type SnippetName = keyof typeof SNIPPETS

/** Stands in a snippet where the secret goes: the API has no device's secret to show. */
export const SECRET_PLACEHOLDER = '<secret>'
