import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { formatTime, type Micros } from '../core/time.ts'
import type { NewDevice } from '../store/device.ts'
import { simDigest, simHash } from '../store/digests.ts'
import { SimConflict, type SimRow, type SimSpan, simName, type WantedSim } from '../store/sim-ledger.ts'
import { problem } from './problem.ts'
import { Instant } from './schemas.ts'

/** An ICCID, or the digest of one. */
export const SimText = z
  .string()
  .max(100)
  .refine(
    (text) => simDigest(text) !== null,
    'takes an ICCID, 18 to 20 digits that begin with 89, or the SHA-256 of its digits in hex',
  )
/** A SIM or eSIM profile as it is told to us; never shown again. */
export const Sim = z
  .strictObject({
    iccid: SimText.optional().describe('18 to 20 digits; only a keyed digest is kept'),
    digest: SimText.optional().describe('in its place: hex SHA-256 of the digits of the ICCID'),
    from: Instant.optional(),
    to: Instant.optional(),
  })
  .refine(
    ({ iccid, digest }) => (iccid === undefined) !== (digest === undefined),
    'takes an iccid or a digest',
  )
  .refine(({ from, to }) => to === undefined || from === undefined || from < to, 'ends before it begins')
export const Sims = z
  .array(Sim)
  .max(16)
  .describe('the SIMs in it: from when it is in service, or now if it is changed, until they are taken out')

export const wantedSims = (sims: z.infer<typeof Sims>, key: Uint8Array): WantedSim[] =>
  sims.map(({ iccid, digest, from, to }) => ({ sim: simOf(iccid ?? digest ?? '', key), from, to }))

/** Those of a new device: in it from when it is in service, and as long. */
export const simRows = (
  sims: z.infer<typeof Sims>,
  { id, validFrom, retiredAt, recordedAt }: Pick<NewDevice, 'id' | 'validFrom' | 'retiredAt' | 'recordedAt'>,
  now: Micros,
  key: Uint8Array,
): SimRow[] =>
  wantedSims(sims, key).map(({ sim, from = validFrom, to }) => ({
    ...{ sim, device: id, from },
    to: to ?? retiredAt ?? null,
    recordedAt: recordedAt ?? now,
  }))

/** A SIM that is in another device is the sender's to mend. */
export function answerSimConflicts(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SimConflict) return problem(reply, 409, 'sim_elsewhere', error.message)
    throw error
  })
}

/** Those held to be so, the latest first. */
export const shownSims = (spans: readonly SimSpan[]) =>
  spans
    .filter(({ supersededAt }) => supersededAt === null)
    .map(({ sim, from, to }) => ({
      id: simName(sim),
      from: formatTime(from),
      to: to === null ? null : formatTime(to),
    }))

/** What is stored of a SIM that SimText has let through, in hex. */
export function simOf(iccidOrDigest: string, key: Uint8Array): string {
  const hash = simHash(key, iccidOrDigest)
  if (hash === null) throw new TypeError('the schema lets through what is no SIM')
  return hash.toString('hex')
}
