import { between } from '../random.ts'
import type { Model } from '../world.ts'

/** Where the operators have put it; open until they do. */
export const valve: Model = ({ shut }, { supply = '', seed }) => ({
  'valve-position': shut?.position(supply) ?? 100,
  'battery-voltage': between(3.4, 3.65, seed, 1),
})
