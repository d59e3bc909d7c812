import type { PlatformProcess } from '../../support/spawn-platform.ts'
import type { Sender } from './load-device.ts'

const REQUESTS_AT_ONCE = 4

/** Makes so many water meters through the API. */
export async function registerDevices(platform: PlatformProcess, devices: number): Promise<Sender[]> {
  const senders: Sender[] = []
  let next = 0
  const work = async () => {
    while (next < devices) {
      const device = `wm-${next++}`
      senders.push({ device, password: await platform.addDevice(device) })
    }
  }
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work))
  return senders
}
