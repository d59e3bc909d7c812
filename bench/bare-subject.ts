import { startScript } from './child-process.ts'
import { deviceId } from './fill.ts'
import type { Subject } from './subject.ts'

/** aedes alone: whoever connects may publish. */
export const bareSubject: Subject = {
  name: 'bare',
  description: 'aedes alone, no database',
  async start({ devices }) {
    const child = await startScript(new URL('./bare-aedes.ts', import.meta.url), process.env, [])
    return {
      pid: child.pid,
      databasePid: null,
      mqttPort: child.ready.mqttPort,
      api: null,
      senders: Array.from({ length: devices }, (_, i) => ({ device: deviceId(i), password: 'any' })),
      rows: 0,
      startMs: child.startMs,
      memory: child.memory,
      account: async () => null,
      remove: () => child.end('SIGKILL'),
    }
  },
}
