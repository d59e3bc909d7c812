import type { Db } from '../store/db.ts'

export interface Filled {
  readonly devices: number
  readonly months: number
  /** The last day of the last month. */
  readonly referenceDate: string
}

/** Devices of all kinds with the years of bits that so many months of daily messages leave behind, as the triggers would. The
 *  billion rows of activity_day would take a plain server hours and a hundred gigabytes, and the bits decide without them.
 *
 *  A fifth is owned by persons, a third was moved once, one in fifty shares its identity or its SIM, one in ten has fallen
 *  silent, one in twenty was retired, and as many were corrected. Ids are in no order of making. */
export async function fillDevices(db: Db, { devices, months, referenceDate }: Filled): Promise<void> {
  const start = `(date '${referenceDate}' + 1 - interval '${months} months')::date`
  const day = (expression: string) => `local_day_start((${start} + (${expression})::int))`
  const days = Math.round(months * 30.4)
  await db.exec(`
    create temporary table made as
      select i, 'device-' || lpad(((i * 7919::bigint) % ${devices})::text, 7, '0') as id, (i * 31) % ${days} * 9 / 10 as begun,
        (array['water-meter', 'power-meter', 'traffic-counter', 'air-station', 'water-tank', 'street-light', 'feeder', 'rain-gauge'])[1 + i % 8] as type,
        (array['cellular', 'cellular', 'lpwan', 'lpwan', 'wired', 'short-range', null])[1 + i % 7] as access,
        (select array_agg(code order by code) from area where level = 'commune') as codes
      from generate_series(0, ${devices - 1}) i;
    insert into entity (id, type, created_at) select id, type, ${day('begun')} from made;
    insert into device (id, entity_id, type, role, access, is_test, secret_hash, valid_from, recorded_at, retired_at,
        retired_recorded_at, identity_hash, owner_kind, owner_hash)
      select id, id, type, case when i % 100 = 0 then 'gateway' else 'end-device' end, access, i % 200 = 7, '', ${day('begun')}, ${day('begun')},
        case when i % 20 = 3 then ${day(`${days} - 100`)} end, case when i % 20 = 3 then ${day(`${days} - 100`)} end,
        case when i % 2 = 0 then sha256((case when i % 100 = 4 then i - 2 else i end)::text::bytea) end,
        case when i % 5 = 0 then 'person' else 'org' end, sha256((case when i % 5 = 0 then i / 15 else i % 8 * 6 + i % 3 end)::text::bytea)
      from made;
    insert into device_area (device_id, area, valid_from, recorded_at)
      select id, codes[i % 103 + 1], ${day('begun')}, ${day('begun')} from made;
    insert into device_area (device_id, area, valid_from, recorded_at)
      select id, codes[(i + 1) % 103 + 1], ${day('begun + 40')}, ${day('begun + 45')} from made where i % 3 = 0;
    insert into sim_span (sim_hash, device_id, valid_from, recorded_at)
      select sha256((case when i % 140 = 1 then i - 1 else i end)::text::bytea), id, ${day('begun')}, ${day('begun')} from made
      where i % 7 in (0, 1) and i % 3 > 0;
    update device set is_test = not is_test where id in (select id from made where i % 20 = 9)`)
  await db.exec(`
    insert into activity_year (device_id, year, days, late, late_received_at, last_timely)
      select id, year, bits, case when i % 50 = 4 then bits & (B'0001'::bit(366) >> i % 200) end,
        case when i % 50 = 4 then local_day_start('${referenceDate}') end,
        case when i % 50 <> 4 then least(until, make_date(year, 12, 31)) - 1 end
      from made, lateral (select ${start} + begun as since, date '${referenceDate}' - case when i % 10 = 1 then i % 700 else 0 end as until) heard,
        generate_series(extract(year from since)::int, extract(year from until)::int) year,
        lateral (select year_bits(year, since, until) & ~(repeat('0000000000010000000', 20)::bit(366) << i % 19) as bits offset 0) b
      where i % 40 <> 5;
    drop table made`)
}
