import type { Bilingual, Release } from '../wire.ts'

interface Side {
  readonly value: string | null
  readonly num: number | null
  readonly den: number | null
  readonly obsStatus: string
  readonly confStatus: string
}
export type RevisionSide = Side

export interface Revision {
  readonly area: string
  readonly indicator: string
  readonly access: string
  readonly domain: string
  readonly class: string
  readonly coverage: string
  readonly period: string
  /** Null: it was not there. */
  readonly before: Side | null
  readonly after: Side | null
  readonly reasons: readonly Reason[]
}

type Reason = Bilingual & { readonly code: string }

/** `GET /releases/{id}/revisions?against=`. */
export interface Revisions {
  readonly total: number
  /** The first of them. */
  readonly items: readonly Revision[]
  /** How many figures changed for each reason. */
  readonly reasons: readonly (Reason & { readonly figures: number })[]
}

/** `POST /releases?dryRun=true`: what it would be. */
export interface Trial extends Revisions {
  readonly asOf: string
  readonly periods: readonly {
    readonly period: string
    readonly figures: number
    readonly changed: number
    readonly removed: number
  }[]
}

export interface NewRelease {
  readonly periods: readonly string[]
  readonly kind: Release['kind']
  readonly final: boolean
  readonly reason: string
}

/** `GET /releases/{id}/verify`. */
export interface Verification {
  readonly same: boolean
  readonly periods: readonly { readonly period: string; readonly reason: string | null }[]
}

export interface Planned {
  readonly period: string
  readonly plannedOn: string
  readonly kind: Release['kind']
  readonly recordedAt: string
  /** No later entry has moved it. */
  readonly inForce: boolean
  readonly release: string | null
  readonly publishedAt: string | null
}
