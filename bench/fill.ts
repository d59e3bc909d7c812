import { keyedHash, newSecret } from '../core/secret.ts'
import type { Db } from '../store/db.ts'
import { vacuum } from '../store/maintenance.ts'
import { readSecretKey } from '../store/secret-key.ts'
import { openStore } from '../store/store.ts'
import { createLog } from '../telemetry/log.ts'
import type { Place } from './place.ts'
import type { Content, Sender } from './subject.ts'

export const deviceId = (i: number): string => `bench-${i}`

/** Of the series that is a year long. */
export const YEAR = { entity: deviceId(0), quantity: 'active-energy', days: 365, everyMinutes: 15 }
/** Readings that the load makes are from the last hour: what is stored before must not be in their way. */
const NEWEST_HOURS_AGO = 2
/** The rollup is refreshed up to here; what is newer, the rows of all devices, is computed at the read. */
const RAW_DAYS = 6
/** As the policies' default has it: the lateness window and a day. */
const COMPRESSED_AFTER_DAYS = 31

/** Makes the devices and the rows by SQL, before the platform is started: over the wire it would take minutes. All
 *  devices have the same password, so that it is hashed once. Gives them, and how many rows there are. */
export async function fill(place: Place, content: Content): Promise<{ senders: Sender[]; rows: number }> {
  const password = newSecret()
  const hash = keyedHash(readSecretKey(undefined, place.dataDir), password).toString('hex')
  const { db, flavour } = await openStore(place, createLog('silent'), () => {})
  try {
    await makeDevices(db, content.devices, hash)
    if (content.hasYear) await makeYear(db)
    if (content.hasYear && flavour === 'timescale') await rollUp(db)
    if (content.rowsPerDevice > 0) await makeRows(db, content.rowsPerDevice)
    if (db.kind === 'embedded') await vacuum(db)
    else await db.exec('analyze')
    const { rows } = await db.query<{ count: number }>({ text: 'select count(*) from observation' })
    const senders = Array.from({ length: content.devices }, (_, i) => ({ device: deviceId(i), password }))
    return { senders, rows: Number(rows[0]?.count) }
  } finally {
    await db.close()
  }
}

const makeDevices = (db: Db, devices: number, secretHash: string): Promise<void> =>
  db.exec(`
    insert into entity (id, type, area, lat, lon, created_at)
      select 'bench-' || i, 'power-meter', '24133', 12.68, 108.05, now() from generate_series(0, ${devices - 1}) i;
    insert into device (id, entity_id, type, role, is_test, secret_hash, valid_from, recorded_at)
      select id, id, type, 'end-device', true, decode('${secretHash}', 'hex'), now(), now() from entity;
    insert into device_area (device_id, area, valid_from, recorded_at)
      select id, area, created_at, created_at from entity`)

/** One reading an hour of every device. */
const makeRows = (db: Db, rowsPerDevice: number): Promise<void> =>
  db.exec(`
    insert into series (device_id, entity_id, quantity, unit) select id, id, 'active-power', 'kW' from entity;
    insert into observation (series_id, time, value, received_at)
      select s.id, t, 10 + random(), t
      from generate_series(${hoursAgo(NEWEST_HOURS_AGO + rowsPerDevice - 1)}, ${hoursAgo(NEWEST_HOURS_AGO)}, interval '1 hour') t,
        series s
      where s.quantity = 'active-power'`)

const makeYear = (db: Db): Promise<void> =>
  db.exec(`
    insert into series (device_id, entity_id, quantity, unit)
      values ('${YEAR.entity}', '${YEAR.entity}', '${YEAR.quantity}', 'kW.h');
    insert into observation (series_id, time, value, received_at)
      select s.id, t, extract(epoch from t) / 1e6, t
      from series s, generate_series(${hoursAgo(YEAR.days * 24)}, ${hoursAgo(NEWEST_HOURS_AGO)}, interval '${YEAR.everyMinutes} minutes') t
      where s.quantity = '${YEAR.quantity}'`)

/** What the policies would have done in that year. */
async function rollUp(db: Db): Promise<void> {
  await db.exec(
    `call refresh_continuous_aggregate('observation_1h', null, now() - interval '${RAW_DAYS} days')`,
  )
  await db.exec(
    `select compress_chunk(c) from show_chunks('observation', older_than => interval '${COMPRESSED_AFTER_DAYS} days') c`,
  )
}

const hoursAgo = (hours: number): string => `date_trunc('hour', now()) - interval '${hours} hours'`
