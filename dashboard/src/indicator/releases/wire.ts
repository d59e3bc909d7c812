import type { Bilingual, Release } from '../wire.ts'

export interface Side {
  readonly value: string | null
  readonly num: number | null
  readonly den: number | null
  readonly status: string
}

export interface Revision {
  readonly area: string
  readonly indicator: string
  readonly access: string
  readonly period: string
  /** Null: it was not there. */
  readonly before: Side | null
  readonly after: Side | null
  readonly reasons: readonly (Bilingual & { readonly code: string })[]
}

/** `GET /releases/{id}/revisions?against=`. */
export interface Revisions {
  readonly items: readonly Revision[]
}

/** `POST /releases?dryRun=true`: what it would be. */
export interface Draft extends Partial<Release> {
  readonly items?: readonly Revision[]
  readonly figures?: number
}

export interface NewRelease {
  readonly periods: readonly string[]
  readonly kind: Release['kind']
  readonly isFinal: boolean
  readonly reason: string
}
