import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const REFUSED = 666
const EVERY = 1000
const MESSAGES = 40_000
const MESSAGES_QUICK = 8000
/** Far less than the load wants: a batch that is halved to its one bad row is slow, a stall is 0. */
const PER_SECOND_MIN = 200

const isPoison = (sequence: number): boolean => sequence % EVERY === REFUSED

export const poisonRow: Drill = {
  name: 'poison-row',
  what: 'a constraint of PostgreSQL refuses one value in a thousand, in the midst of good ones',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, { devices: 8, perSecond: 3000, inFlightMax: 200 }, async (scene) => {
      scene.isRefused = isPoison
      await scene.sql(
        `alter table observation add constraint poison check (value::int8 % ${EVERY} <> ${REFUSED}) not valid`,
      )
      const messages = isQuick ? MESSAGES_QUICK : MESSAGES
      await scene.load.more(messages, (messages / PER_SECOND_MIN) * 1000)
      const startedLate = scene.load.devices.some((device) => device.sequence < EVERY)
      if (startedLate) scene.fault('not every device has come to the refused value')
      scene.load.pause()
      await scene.load.idle()
      const expected = scene.load.devices.reduce(
        (sum, device) => sum + device.acknowledgedSequences().filter(isPoison).length,
        0,
      )
      const { rows } = await scene.sql(
        `select count(*)::int as found from rejection where code = 'refused_by_database'`,
      )
      const counted = await scene.metric('observations_rejected_total')
      scene.note(
        `${expected} values refused by the database, ${rows[0]?.found} rejections recorded, ${counted} counted`,
      )
      if (rows[0]?.found !== expected) scene.fault('a refused value has no rejection, or a good one has')
    }),
}
