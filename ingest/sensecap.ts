/** What a measurement of SenseCAP is, in words and its unit. */
interface Measurement {
  readonly words: string
  readonly unit: string
}

/** By `measurementId` (wiki.seeedstudio.com, SenseCAP, "List of Measurement IDs"). A decoder's record has the id and no unit;
 *  older ones have no words either. Pressure is in pascal, and not in hPa as is usual. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  4097: { words: 'airtemperature', unit: 'Cel' },
  4098: { words: 'airhumidity', unit: '%' },
  4099: { words: 'lightintensity', unit: 'lx' },
  4100: { words: 'co2', unit: '[ppm]' },
  4101: { words: 'barometricpressure', unit: 'Pa' },
  4102: { words: 'soiltemperature', unit: 'Cel' },
  4103: { words: 'soilmoisture', unit: '%' },
  4104: { words: 'winddirection', unit: 'deg' },
  4105: { words: 'windspeed', unit: 'm/s' },
}

export const senseCapMeasurement = ({
  measurementId: id,
}: Readonly<Record<string, unknown>>): Measurement | undefined =>
  (typeof id === 'string' || typeof id === 'number') && Object.hasOwn(MEASUREMENTS, id)
    ? MEASUREMENTS[id]
    : undefined
