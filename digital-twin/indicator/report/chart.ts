import type { Lang, ReportTrend, TrendResult } from './content.ts'
import { type Html, html } from './html.ts'
import { localNumber } from './numbers.ts'

const WIDTH = 680
const HEIGHT = 250
const LEFT = 52
const BOTTOM = 30

/** Points, the line fitted through them, and the targets as levels. Null: nothing to draw. */
export function trendChart({ points, results }: ReportTrend, lang: Lang): Html | null {
  const known = points.flatMap(({ date, value }) => (value === null ? [] : [{ date, value: Number(value) }]))
  const ends = fittedLine(known, results)
  const dates = [...known, ...ends].map(({ date }) => Date.parse(date))
  if (known.length === 0 || dates.length < 2) return null
  const [from, to] = [Math.min(...dates), Math.max(...dates)]
  const highest = Math.max(...[...known, ...ends].map(({ value }) => value), 1e-9)
  const levels = results.map(({ target }) => target).filter((target) => Number(target) <= highest * 2.5)
  const top = Math.max(highest, ...levels.map(Number)) * 1.08
  const x = (date: string) =>
    LEFT + ((Date.parse(date) - from) / Math.max(to - from, 1)) * (WIDTH - LEFT - 12)
  const y = (value: number) => 8 + (1 - value / top) * (HEIGHT - BOTTOM - 8)
  const at = (date: string, value: number) => `${x(date).toFixed(1)},${y(value).toFixed(1)}`
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${lang === 'vi' ? 'Xu hướng kết nối IoT bình quân đầu người' : 'Trend of IoT connections per person'}">
${ticks(top).map(
  (
    tick,
  ) => html`<line x1="${LEFT}" x2="${WIDTH}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="#ddd" stroke-width="0.7"/>
<text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" font-size="11" text-anchor="end" fill="#444">${localNumber(String(tick), lang)}</text>`,
)}
${levels.map(
  (
    level,
  ) => html`<line x1="${LEFT}" x2="${WIDTH}" y1="${y(Number(level)).toFixed(1)}" y2="${y(Number(level)).toFixed(1)}" stroke="#9c2a10" stroke-width="1.2" stroke-dasharray="6 4"/>
<text x="${LEFT + 6}" y="${(y(Number(level)) - 4).toFixed(1)}" font-size="11" fill="#9c2a10">${lang === 'vi' ? 'Mục tiêu' : 'Target'} ${localNumber(level, lang)}</text>`,
)}
${ends[0] && ends[1] ? html`<polyline points="${at(ends[0].date, ends[0].value)} ${at(ends[1].date, ends[1].value)}" fill="none" stroke="#777" stroke-width="1.4" stroke-dasharray="2 3"/>` : null}
<polyline points="${known.map(({ date, value }) => at(date, value)).join(' ')}" fill="none" stroke="#1f5f94" stroke-width="2"/>
${known.map(({ date, value }) => html`<circle cx="${x(date).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="#1f5f94"/>`)}
${labels(points.map(({ period, date }) => ({ period, at: x(date) })))}</svg>`
}

const YEAR_MS = 365.2425 * 86_400_000
const AHEAD_MS = 2 * YEAR_MS

/** From the first point to where the line meets a target, at most two years past the last point. None: no line meets any. */
function fittedLine(known: readonly { date: string }[], results: readonly TrendResult[]) {
  const [first, last] = [known[0]?.date, known.at(-1)?.date]
  const found = results.find(({ meets, slopePerYear }) => meets !== null && slopePerYear !== null)
  if (!found?.meets || first === undefined || last === undefined) return []
  const meets = Date.parse(found.meets)
  const at = (ms: number) => ({
    date: new Date(ms).toISOString().slice(0, 10),
    value: Number(found.target) - (Number(found.slopePerYear) * (meets - ms)) / YEAR_MS,
  })
  return [at(Date.parse(first)), at(Math.min(meets, Date.parse(last) + AHEAD_MS))]
}

/** Round steps up to `top`, four or so. */
function ticks(top: number): number[] {
  const rough = top / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power
  return [...Array(Math.floor(top / step) + 1).keys()].map((times) => Number((times * step).toPrecision(6)))
}

/** As many periods as have room. */
function labels(all: readonly { period: string; at: number }[]): Html[] {
  const every = Math.ceil(all.length / 9)
  return all
    .filter((_, place) => (all.length - 1 - place) % every === 0)
    .map(
      ({ period, at }) =>
        html`<text x="${at.toFixed(1)}" y="${HEIGHT - 8}" font-size="11" text-anchor="${at > WIDTH - 40 ? 'end' : 'middle'}" fill="#444">${period}</text>`,
    )
}
