import type { Growth, GrowthPoint } from './growth.ts'
import { type Line, type Panel, svgPanels } from './svg-panels.ts'

type Figure = Exclude<keyof GrowthPoint, 'name' | 'faults'>

const LINES = [
  { name: 'bare', label: 'aedes alone' },
  { name: 'platform-embedded', label: 'Plumbline, embedded TimescaleDB' },
  { name: 'platform-server', label: 'Plumbline, server' },
]

/** The figures of each size over the number of devices, one panel a figure. */
export function growthPlot({ points, pacedPerSecond }: Growth): string {
  const lines = LINES.filter(({ name }) => points.some((point) => point.name === name))
  const panel = (title: string, unit: string, figure: Figure): Panel => ({
    title,
    unit,
    lines: lines.map(({ name }): Line => points.filter((point) => point.name === name).flatMap(at(figure))),
  })
  const rows = points.reduce((most, point) => Math.max(most, point.rows), 0)
  return svgPanels({
    title: 'How the cost grows with devices and stored rows',
    xLabel: `devices, on a logarithmic scale; stored rows grow with them, to ${rows.toLocaleString('en')}`,
    legend: lines.map(({ label }) => label),
    panels: [
      panel('Throughput, QoS 1', 'messages/s', 'messagesPerSecond'),
      panel('Throughput over aedes alone', 'ratio', 'ratio'),
      panel('CPU of the broker’s thread', 'µs a message', 'cpuMicros'),
      panel('Heap', 'KiB an entity', 'kibPerEntity'),
      panel(`PUBACK at ${pacedPerSecond.toLocaleString('en')}/s, median`, 'ms', 'p50Ms'),
      panel(`PUBACK at ${pacedPerSecond.toLocaleString('en')}/s, 99 %`, 'ms', 'p99Ms'),
      panel('Start until ready', 'ms', 'startMs'),
      panel('Last state of all entities', 'ms', 'entitiesMs'),
    ],
  })
}

const at =
  (figure: Figure) =>
  (point: GrowthPoint): { x: number; y: number }[] => {
    const y = point[figure]
    return y === null || Number.isNaN(y) ? [] : [{ x: point.devices, y }]
  }
