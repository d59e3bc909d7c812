import { until } from '../../support/until.ts'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import type { Scene } from '../stage/scene.ts'
import { checkDrainOrder, checkReadyWhileAway, drained } from '../stage/spool.ts'
import { stopInOrder } from '../stage/stop-in-order.ts'

const MESSAGES = 20_000
const MESSAGES_QUICK = 4000

export const startWithoutDatabase: Drill = {
  name: 'start-without-database',
  what: 'the platform is started while its database is away: devices sign in, readings are taken, twins go on',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      await stopInOrder(scene, 'with the database there')
      await scene.server.proxy.refuse()
      await scene.startPlatform()
      const awayAtMs = Date.now()
      await until('all devices to sign in', () => scene.load.signedIn === scene.load.devices.length, 30_000)
      const before = await volume(scene)
      await scene.load.more(isQuick ? MESSAGES_QUICK : MESSAGES)
      await checkReadyWhileAway(scene)
      const after = await volume(scene)
      scene.note(`the twin went from ${before} to ${after} m3 without the database`)
      if (after === null || after <= (before ?? 0)) scene.fault('the twin stood still')
      const backAtMs = Date.now()
      await scene.server.proxy.accept()
      await drained(scene)
      await checkDrainOrder(scene, awayAtMs, backAtMs)
    }),
}

/** What the twin of the first device says; null: nothing yet. */
async function volume({ platform }: Scene): Promise<number | null> {
  const { body } = await platform.api<{ quantities?: Record<string, { value: number }> }>(
    'GET',
    '/entities/wm-0',
  )
  return body.quantities?.['water-volume']?.value ?? null
}
