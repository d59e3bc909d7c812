import { bump, shapeOf } from '../curves.ts'

/** Demand for water: least at about three at night, most in the morning and at dinner. */
export const WATER_DEMAND = shapeOf(
  (h) =>
    0.12 + bump(h, 6.6, 1.1) + 0.5 * bump(h, 11.3, 1.3) + 1.1 * bump(h, 18.4, 1.7) + 0.2 * bump(h, 14, 3),
  (h) =>
    0.14 + 0.9 * bump(h, 7.6, 1.6) + 0.65 * bump(h, 11.5, 1.6) + bump(h, 18.2, 1.9) + 0.3 * bump(h, 14, 3),
  1.12,
)
