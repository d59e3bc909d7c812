import type { Named } from './catalogue.ts'

export type CommandStatus = 'queued' | 'sent' | 'done' | 'failed' | 'expired' | 'cancelled'
export type ArgValue = number | boolean | string

/** What a device was asked to do, and what became of it. */
export interface Command {
  readonly id: string
  readonly entity: string
  readonly device: string
  readonly name: string
  readonly args: Readonly<Record<string, ArgValue>>
  readonly status: CommandStatus
  readonly by: string
  readonly note: string | null
  readonly issuedAt: string
  readonly expiresAt: string
  readonly sentAt: string | null
  readonly endedAt: string | null
  /** When its device answered, in time or after it had expired. */
  readonly answeredAt: string | null
  readonly detail: string | null
  /** Whether the quantity that tells it has followed; null: none tells. */
  readonly reported: 'awaited' | 'reached' | 'missed' | null
  readonly replacedBy: string | null
}

export type CommandArgument =
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly unit: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }

/** Something that a type's devices can be asked to do. */
export interface CommandModel extends Named {
  readonly name: string
  readonly args: Readonly<Record<string, CommandArgument>>
  readonly reported: { readonly quantity: string; readonly arg: string; readonly tolerance: number } | null
  readonly warningVi: string | null
  readonly warningEn: string | null
}

/** Who loses supply if the entity lets nothing through. */
export interface Impact {
  readonly customers: number
  readonly lost: readonly { readonly id: string; readonly name: string | null; readonly type: string }[]
}
