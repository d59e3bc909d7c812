import type { DerivedQuantity } from '../model.ts'

/** Least share of the free-flow speed for each level on an urban street, % (HCM 2010, exhibit 16-4, for a volume-to-capacity
 *  ratio of at most 1). */
const LEVELS = [
  ['A', 85],
  ['B', 67],
  ['C', 50],
  ['D', 40],
  ['E', 30],
] as const

/** A to F, by speed beside the free-flow speed; F where more comes than the road can take. */
export const levelOfService: DerivedQuantity = {
  quantity: 'level-of-service',
  compute(input) {
    const free = input.attribute('free-speed')
    const speed = input.value('mean-speed')
    if (free === undefined || free <= 0 || speed === undefined) return null
    const capacity = input.attribute('capacity')
    const flow = input.value('vehicle-flow')
    if (capacity !== undefined && flow !== undefined && flow > capacity) return 'F'
    return LEVELS.find(([, share]) => (100 * speed) / free > share)?.[0] ?? 'F'
  },
}

/** What a road carries beside what it can, %. */
export const roadLoad: DerivedQuantity = {
  quantity: 'load-ratio',
  compute(input) {
    const capacity = input.attribute('capacity')
    const flow = input.value('vehicle-flow')
    return capacity === undefined || capacity <= 0 || flow === undefined ? null : (100 * flow) / capacity
  },
}

/** How full a car park is, %: by its free spaces and how many there are; null where more are free than there are. */
export const parkingOccupancy: DerivedQuantity = {
  quantity: 'occupancy',
  compute(input) {
    const spaces = input.attribute('spaces')
    const free = input.value('parking-free')
    if (spaces === undefined || spaces <= 0 || free === undefined || free > spaces) return null
    return (100 * (spaces - free)) / spaces
  },
}
