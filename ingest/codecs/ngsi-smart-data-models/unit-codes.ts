import { QUANTITIES } from '../../../core/quantity.ts'
import { UCUM_OF_UNECE } from '../../unece-units.ts'
import { ucumOf } from '../../unit-names.ts'

/** The UCUM code of what an entity has as unit: a common code, or any usual name that its quantity accepts. Undefined where
 *  neither is known: then the model's own unit holds. A known code that does not fit is kept, for the check to refuse. */
export function unitOfCode(code: string, quantity: string): string | undefined {
  if (Object.hasOwn(UCUM_OF_UNECE, code)) return UCUM_OF_UNECE[code]
  const ucum = ucumOf(code)
  return QUANTITIES.get(quantity)?.accepts.has(ucum) ? ucum : undefined
}
