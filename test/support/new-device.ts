import { type NewDevice, UNWIRED } from '../../store/device.ts'

/** A device of which nothing is known but its id. */
export const newDevice = (id: string, more: Partial<NewDevice> = {}): NewDevice => ({
  ...UNWIRED,
  id,
  entity: id,
  type: 'sensor',
  role: 'end-device',
  access: null,
  clientId: null,
  externalIds: [],
  intervalS: null,
  isTest: false,
  secretHash: Buffer.alloc(32, 1),
  validFrom: 0,
  area: null,
  lat: null,
  lon: null,
  ...more,
})
