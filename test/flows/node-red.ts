import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'
import { until } from '../support/until.ts'

const START = fileURLToPath(new URL('../../flows/start.ts', import.meta.url))

// biome-ignore lint/suspicious/noExplicitAny: nodes and messages have whatever fields they have
export type Json = any

/** What a debug node showed, or a node's status badge. */
interface Shown {
  readonly topic: string
  readonly data: Json
}

export interface NodeRed {
  readonly url: string
  readonly dir: string
  readonly process: ChildProcess
  readonly output: () => string
  /** A call of the editor's API with a token of Plumbline. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: Json }>
  /** Presses the button of an inject node. */
  press(node: string): Promise<void>
  /** Changes the flows and deploys what changed. */
  deploy(change: (nodes: Json[]) => Json[]): Promise<void>
  /** What the debug node showed so far, oldest first. */
  shown(node: string): Json[]
  /** The newest badge of a node. */
  status(node: string): string
  stop(): Promise<number | null>
}

/** Runs `npm run flows` as it is, and hears what its debug nodes show. */
export async function startNodeRed(env: Record<string, string>, token: string): Promise<NodeRed> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [START], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += String(chunk)
    })
  const url = `http://127.0.0.1:${env.FLOWS_PORT}`
  const left = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await until('Node-RED', () => {
    if (child.exitCode !== null) throw new Error(`Node-RED left with ${child.exitCode}: ${text}`)
    return text.includes('Started flows') && text.includes('Server now running')
  })
  const heard: Shown[] = []
  const socket = await hear(url, token, heard)
  const call: NodeRed['call'] = async (method, path, body, as = token) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as === '' ? {} : { authorization: `Bearer ${as}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'node-red-api-version': 'v2',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = await response.text()
    return { status: response.status, body: /^[[{]/.test(answer) ? JSON.parse(answer) : answer }
  }
  const done = async (what: string, answer: ReturnType<NodeRed['call']>) => {
    const { status, body } = await answer
    if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`)
    return body
  }
  return {
    url,
    dir: env.FLOWS_DIR ?? '',
    process: child,
    output: () => text,
    call,
    press: async (node) => void (await done(`press ${node}`, call('POST', `/inject/${node}`))),
    async deploy(change) {
      const { rev, flows } = await done('read the flows', call('GET', '/flows'))
      const starts = () => text.split('Started modified nodes').length + text.split('Started flows').length
      const before = starts()
      const response = await fetch(`${url}/flows`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'node-red-api-version': 'v2',
          'node-red-deployment-type': 'nodes',
        },
        body: JSON.stringify({ rev, flows: change(flows) }),
      })
      if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`)
      await until('the new flows', () => starts() > before)
    },
    shown: (node) =>
      heard
        .filter(({ topic, data }) => topic === 'debug' && data.id === node)
        .map(({ data }) => (/^(Object|array|error)/i.test(data.format) ? JSON.parse(data.msg) : data.msg)),
    status: (node) => heard.findLast(({ topic }) => topic === `status/${node}`)?.data.text ?? '',
    async stop() {
      socket.terminate()
      child.kill('SIGTERM')
      return left
    },
  }
}

/** The editor's own socket: signed in, it carries debug messages and badges. */
async function hear(url: string, token: string, heard: Shown[]): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/comms`)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.send(JSON.stringify({ auth: token }))
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.auth === 'fail') return reject(new Error('the editor refused the token'))
      if (message.auth === 'ok') {
        socket.send(JSON.stringify({ subscribe: 'debug' }))
        socket.send(JSON.stringify({ subscribe: 'status/#' }))
        return resolve()
      }
      for (const item of Array.isArray(message) ? message : []) heard.push(item)
    })
  })
  return socket
}
