import { startScript } from './child-process.ts'
import type { Subject } from './subject.ts'

/** aedes alone: whoever connects may publish. */
export const bareSubject: Subject = {
  name: 'bare',
  description: 'aedes alone, no database',
  async start(devices) {
    const child = await startScript(new URL('./bare-aedes.ts', import.meta.url), process.env, [])
    return {
      pid: child.pid,
      databasePid: null,
      mqttPort: child.ready.mqttPort,
      senders: Array.from({ length: devices }, (_, i) => ({ device: `bench-${i}`, password: 'any' })),
      account: async () => null,
      remove: () => child.end('SIGKILL'),
    }
  },
}
