/** Counters of a run. `sent` = `acknowledged` + `inFlight` + those whose client ended before the PUBACK. */
export interface Totals {
  readonly devices: number
  connected: number
  /** Messages with readings handed to the connection; status messages are not counted. */
  sent: number
  acknowledged: number
  inFlight: number
  /** Sent a second time: by a fault, or by the client after a lost connection. */
  resent: number
  /** Not sent at all: the device was at its bound, or its turn came far too late. */
  skipped: number
  errors: number
}

export const noTotals = (devices: number): Totals => ({
  devices,
  connected: 0,
  sent: 0,
  acknowledged: 0,
  inFlight: 0,
  resent: 0,
  skipped: 0,
  errors: 0,
})

export const statusLine = (t: Totals): string =>
  `connected ${t.connected}/${t.devices} · sent ${t.sent} · acknowledged ${t.acknowledged} · in flight ${t.inFlight}` +
  ` · resent ${t.resent} · skipped ${t.skipped} · errors ${t.errors}`
