import { z } from 'zod'
import { REJECTION_CODES, type RejectionCode } from '../core/rejection-codes.ts'

export const Code = z.enum(Object.keys(REJECTION_CODES) as [RejectionCode, ...RejectionCode[]])
export const RejectionItems = z.array(z.object({ path: z.string(), code: Code, detail: z.string() }))
