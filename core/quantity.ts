import { type Conversion, type Dimension, SAME, UNITS } from './units.ts'

export interface Quantity {
  readonly id: string
  /** UCUM code of the unit every observation is stored in; marked extensions are listed in UNIT_EXTENSIONS. */
  readonly unit: string
  /** Quantities of one dimension accept the same units. */
  readonly dimension: Dimension
  readonly nameVi: string
  readonly nameEn: string
  /** Inclusive range, in the own unit, outside which an observation is kept as `implausible`. */
  readonly plausible: { readonly min: number; readonly max: number }
  /** `state` quantities take text labels; all others take numbers and booleans only. */
  readonly kind: 'measure' | 'state'
  /** Units a message may use, own unit included. By list, not by dimension: V.A would pass for W. */
  readonly accepts: ReadonlyMap<string, Conversion>
}

type Row = [id: string, vi: string, en: string, min: number, max: number, unit: string, dimension: Dimension]

// To add a quantity: one line here, with its own unit and the table of those it accepts.
const ROWS: readonly Row[] = [
  ['vehicle-count', 'Số lượt xe', 'Vehicle count', 0, 1e12, '{vehicle}', 'vehicles'],
  ['vehicle-flow', 'Lưu lượng xe', 'Vehicle flow', 0, 20_000, '{vehicle}/h', 'vehicle-rate'],
  ['mean-speed', 'Tốc độ trung bình', 'Mean speed', 0, 250, 'km/h', 'speed'],
  ['occupancy', 'Độ chiếm dụng', 'Occupancy', 0, 100, '%', 'fraction'],
  ['water-volume', 'Thể tích nước', 'Water volume', 0, 1e9, 'm3', 'volume'],
  ['water-flow', 'Lưu lượng nước', 'Water flow', -10_000, 100_000, 'm3/h', 'flow'],
  ['water-pressure', 'Áp lực nước', 'Water pressure', -100, 4000, 'kPa', 'pressure'],
  ['water-temperature', 'Nhiệt độ nước', 'Water temperature', -5, 100, 'Cel', 'temperature'],
  ['active-energy', 'Điện năng tác dụng', 'Active energy', 0, 1e12, 'kW.h', 'energy'],
  ['active-power', 'Công suất tác dụng', 'Active power', -1e6, 1e6, 'kW', 'power'],
  ['reactive-power', 'Công suất phản kháng', 'Reactive power', -1e6, 1e6, 'kvar', 'reactive-power'],
  ['voltage', 'Điện áp', 'Voltage', 0, 600_000, 'V', 'voltage'],
  ['current', 'Dòng điện', 'Current', -100_000, 100_000, 'A', 'current'],
  ['power-factor', 'Hệ số công suất', 'Power factor', -1, 1, '1', 'ratio'],
  ['frequency', 'Tần số', 'Frequency', 40, 70, 'Hz', 'frequency'],
  ['battery-voltage', 'Điện áp pin', 'Battery voltage', 0, 60, 'V', 'voltage'],
  ['battery-level', 'Mức pin', 'Battery level', 0, 100, '%', 'fraction'],
  ['signal-strength', 'Cường độ tín hiệu', 'Signal strength', -150, 20, 'dB[mW]', 'radio-level'],
  [
    'active-energy-exported',
    'Điện năng tác dụng phát lên lưới',
    'Active energy exported',
    0,
    1e12,
    'kW.h',
    'energy',
  ],
  [
    'active-power-exported',
    'Công suất tác dụng phát lên lưới',
    'Active power exported',
    0,
    1e6,
    'kW',
    'power',
  ],
  ['reactive-energy', 'Điện năng phản kháng', 'Reactive energy', 0, 1e12, 'kvar.h', 'reactive-energy'],
  [
    'reactive-energy-exported',
    'Điện năng phản kháng phát lên lưới',
    'Reactive energy exported',
    0,
    1e12,
    'kvar.h',
    'reactive-energy',
  ],
  ['apparent-power', 'Công suất biểu kiến', 'Apparent power', -1e6, 1e6, 'kV.A', 'apparent-power'],
  ['apparent-energy', 'Điện năng biểu kiến', 'Apparent energy', 0, 1e12, 'kV.A.h', 'apparent-energy'],
  ['harmonic-distortion', 'Độ méo hài', 'Total harmonic distortion', 0, 200, '%', 'fraction'],
  ['thermal-energy', 'Nhiệt năng', 'Thermal energy', 0, 1e12, 'kW.h', 'energy'],
  ['thermal-power', 'Công suất nhiệt', 'Thermal power', -1e6, 1e6, 'kW', 'power'],
  ['heat-cost-units', 'Đơn vị phân bổ nhiệt', 'Heat cost units', 0, 1e9, '1', 'number'],
  ['gas-volume', 'Thể tích khí', 'Gas volume', 0, 1e9, 'm3', 'volume'],
  ['gas-flow', 'Lưu lượng khí', 'Gas flow', 0, 1e6, 'm3/h', 'flow'],
  ['gas-concentration', 'Nồng độ khí cháy', 'Combustible gas concentration', 0, 1e6, '[ppm]', 'parts'],
  ['temperature', 'Nhiệt độ', 'Temperature', -90, 1000, 'Cel', 'temperature'],
  ['relative-humidity', 'Độ ẩm tương đối', 'Relative humidity', 0, 100, '%', 'fraction'],
  ['atmospheric-pressure', 'Khí áp', 'Atmospheric pressure', 30, 115, 'kPa', 'pressure'],
  ['pressure', 'Áp suất', 'Pressure', -100, 100_000, 'kPa', 'pressure'],
  ['water-level', 'Mực nước', 'Water level', -20, 500, 'm', 'length'],
  ['fill-level', 'Mức đầy', 'Fill level', 0, 100, '%', 'fraction'],
  ['distance', 'Khoảng cách', 'Distance', 0, 10_000, 'm', 'length'],
  ['rainfall', 'Lượng mưa', 'Rainfall', 0, 2000, 'mm', 'depth'],
  ['rainfall-rate', 'Cường độ mưa', 'Rainfall rate', 0, 500, 'mm/h', 'depth-rate'],
  ['wind-speed', 'Tốc độ gió', 'Wind speed', 0, 400, 'km/h', 'speed'],
  ['wind-direction', 'Hướng gió', 'Wind direction', 0, 360, 'deg', 'angle'],
  ['illuminance', 'Độ rọi', 'Illuminance', 0, 200_000, 'lx', 'illuminance'],
  ['solar-irradiance', 'Bức xạ mặt trời', 'Solar irradiance', 0, 2000, 'W/m2', 'irradiance'],
  ['uv-index', 'Chỉ số tia cực tím', 'UV index', 0, 20, '1', 'number'],
  ['noise-level', 'Mức ồn', 'Noise level', 0, 160, 'dB[SPL]', 'sound-level'],
  ['co2-concentration', 'Nồng độ CO2', 'CO2 concentration', 0, 100_000, '[ppm]', 'parts'],
  ['co-concentration', 'Nồng độ CO', 'CO concentration', 0, 1e6, 'ug/m3', 'concentration-in-air'],
  ['no-concentration', 'Nồng độ NO', 'NO concentration', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  ['no2-concentration', 'Nồng độ NO2', 'NO2 concentration', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  ['nox-concentration', 'Nồng độ NOx', 'NOx concentration', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  ['so2-concentration', 'Nồng độ SO2', 'SO2 concentration', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  ['o3-concentration', 'Nồng độ O3', 'O3 concentration', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  [
    'formaldehyde-concentration',
    'Nồng độ formaldehyde',
    'Formaldehyde concentration',
    0,
    10_000,
    'ug/m3',
    'concentration-in-air',
  ],
  [
    'tvoc-concentration',
    'Nồng độ hợp chất hữu cơ bay hơi',
    'Volatile organic compounds',
    0,
    1e6,
    'ug/m3',
    'concentration-in-air',
  ],
  [
    'tvoc-fraction',
    'Tỷ lệ hợp chất hữu cơ bay hơi',
    'Volatile organic compounds, by volume',
    0,
    1000,
    '[ppm]',
    'parts',
  ],
  ['pm1', 'Bụi PM1', 'PM1', 0, 5000, 'ug/m3', 'concentration-in-air'],
  ['pm2.5', 'Bụi PM2,5', 'PM2.5', 0, 5000, 'ug/m3', 'concentration-in-air'],
  ['pm10', 'Bụi PM10', 'PM10', 0, 10_000, 'ug/m3', 'concentration-in-air'],
  ['air-quality-index', 'Chỉ số chất lượng không khí', 'Air quality index', 0, 1000, '1', 'number'],
  ['ph', 'Độ pH', 'pH', 0, 14, '[pH]', 'acidity'],
  ['conductivity', 'Độ dẫn điện', 'Electrical conductivity', 0, 200_000, 'uS/cm', 'conductivity'],
  ['turbidity', 'Độ đục', 'Turbidity', 0, 10_000, '{NTU}', 'turbidity'],
  ['dissolved-oxygen', 'Oxy hòa tan', 'Dissolved oxygen', 0, 30, 'mg/L', 'concentration-in-water'],
  ['oxygen-saturation', 'Độ bão hòa oxy', 'Oxygen saturation', 0, 250, '%', 'fraction'],
  ['redox-potential', 'Thế oxy hóa khử', 'Redox potential', -2000, 2000, 'mV', 'redox-potential'],
  ['salinity', 'Độ mặn', 'Salinity', 0, 350, 'g/L', 'salinity'],
  [
    'dissolved-solids',
    'Tổng chất rắn hòa tan',
    'Total dissolved solids',
    0,
    100_000,
    'mg/L',
    'concentration-in-water',
  ],
  ['free-chlorine', 'Clo dư tự do', 'Free chlorine', 0, 20, 'mg/L', 'concentration-in-water'],
  ['nitrate', 'Nitrat', 'Nitrate', 0, 1000, 'mg/L', 'concentration-in-water'],
  ['ammonium', 'Amoni', 'Ammonium', 0, 1000, 'mg/L', 'concentration-in-water'],
  [
    'kjeldahl-nitrogen',
    'Nitơ Kjeldahl',
    'Total Kjeldahl nitrogen',
    0,
    1000,
    'mg/L',
    'concentration-in-water',
  ],
  ['arsenic', 'Asen', 'Arsenic', 0, 100, 'mg/L', 'concentration-in-water'],
  ['soil-moisture', 'Độ ẩm đất', 'Soil moisture', 0, 100, '%', 'fraction'],
  ['headway-time', 'Thời gian giãn cách xe', 'Headway time', 0, 86_400, 's', 'duration'],
  ['headway-distance', 'Khoảng cách giữa các xe', 'Gap between vehicles', 0, 10_000, 'm', 'length'],
  ['vehicle-length', 'Chiều dài xe', 'Vehicle length', 0, 50, 'm', 'length'],
  ['queue-length', 'Chiều dài hàng chờ', 'Queue length', 0, 50_000, 'm', 'length'],
  ['parking-occupied', 'Chỗ đỗ đang có xe', 'Parking space occupied', 0, 1, '1', 'number'],
  ['parking-free', 'Số chỗ đỗ còn trống', 'Free parking spaces', 0, 100_000, '{space}', 'spaces'],
  ['person-count', 'Số người', 'Person count', 0, 1e9, '{person}', 'persons'],
  ['signal-to-noise-ratio', 'Tỷ số tín hiệu trên nhiễu', 'Signal-to-noise ratio', -40, 60, 'dB', 'decibel'],
  ['link-margin', 'Dự trữ liên kết', 'Link margin', -64, 64, 'dB', 'decibel'],
  ['link-quality', 'Chất lượng liên kết', 'Link quality', 0, 255, '1', 'number'],
  ['spreading-factor', 'Hệ số trải phổ', 'Spreading factor', 5, 12, '1', 'number'],
  ['uptime', 'Thời gian hoạt động', 'Uptime', 0, 1e10, 's', 'duration'],
  ['operating-time', 'Thời gian vận hành', 'Operating time', 0, 1e10, 's', 'duration'],
  ['event-count', 'Số sự kiện', 'Event count', 0, 1e12, '1', 'number'],
  ['mass', 'Khối lượng', 'Mass', 0, 1e6, 'kg', 'mass'],
  ['acceleration', 'Gia tốc', 'Acceleration', -10_000, 10_000, 'm/s2', 'acceleration'],
  ['tilt', 'Độ nghiêng', 'Tilt', -360, 360, 'deg', 'angle'],
  ['rotational-speed', 'Tốc độ quay', 'Rotational speed', -1e6, 1e6, '/min', 'rotation'],
  ['latitude', 'Vĩ độ', 'Latitude', -90, 90, 'deg', 'angle'],
  ['longitude', 'Kinh độ', 'Longitude', -180, 180, 'deg', 'angle'],
  ['altitude', 'Cao độ', 'Altitude', -500, 10_000, 'm', 'length'],
  ['speed', 'Tốc độ', 'Speed', 0, 1000, 'km/h', 'speed'],
  ['valve-position', 'Độ mở van', 'Valve position', 0, 100, '%', 'fraction'],
  ['cover-position', 'Vị trí cửa cuốn', 'Cover position', 0, 100, '%', 'fraction'],
  ['brightness', 'Độ sáng đèn', 'Lamp brightness', 0, 100, '%', 'fraction'],
  ['switch', 'Công tắc', 'Switch on', 0, 1, '1', 'number'],
  ['contact-open', 'Tiếp điểm mở', 'Contact open', 0, 1, '1', 'number'],
  ['motion', 'Có chuyển động', 'Motion', 0, 1, '1', 'number'],
  ['leak', 'Rò rỉ', 'Leak', 0, 1, '1', 'number'],
  ['smoke', 'Có khói', 'Smoke', 0, 1, '1', 'number'],
  ['tamper', 'Bị can thiệp', 'Tamper', 0, 1, '1', 'number'],
  ['fault', 'Lỗi thiết bị', 'Fault', 0, 1, '1', 'number'],
  ['battery-low', 'Pin yếu', 'Battery low', 0, 1, '1', 'number'],
  ['load-ratio', 'Mức mang tải', 'Load', 0, 1000, '%', 'fraction'],
  ['phase-imbalance', 'Mức lệch pha', 'Phase imbalance', 0, 200, '%', 'fraction'],
  ['voltage-deviation', 'Độ lệch điện áp', 'Voltage deviation', -100, 1000, '%', 'fraction'],
  ['stored-volume', 'Thể tích trữ', 'Stored volume', 0, 1e9, 'm3', 'volume'],
  ['time-to-empty', 'Thời gian đến khi cạn', 'Time to empty', 0, 1e6, 'h', 'hours'],
  ['water-loss-flow', 'Lưu lượng thất thoát', 'Water loss', -100_000, 100_000, 'm3/h', 'flow'],
  ['water-loss-ratio', 'Tỷ lệ thất thoát', 'Water loss ratio', -100, 100, '%', 'fraction'],
  ['level-of-service', 'Mức phục vụ', 'Level of service', 0, 1, '1', 'number'],
  ['operating-state', 'Trạng thái vận hành', 'Operating state', 0, 1, '1', 'number'],
]

const STATES: ReadonlySet<string> = new Set(['operating-state', 'level-of-service'])

/** The catalogue: every quantity the platform knows, by its id. */
export const QUANTITIES: ReadonlyMap<string, Quantity> = new Map(
  ROWS.map(([id, nameVi, nameEn, min, max, unit, dimension]) => {
    const accepts: Readonly<Record<string, Conversion>> = UNITS[dimension]
    if (accepts[unit] !== SAME)
      throw new Error(`quantity ${id}: ${unit} is not an unconverted unit of its table`)
    const kind = STATES.has(id) ? 'state' : 'measure'
    return [
      id,
      {
        id,
        unit,
        dimension,
        nameVi,
        nameEn,
        plausible: { min, max },
        kind,
        accepts: new Map(Object.entries(accepts)),
      },
    ]
  }),
)
