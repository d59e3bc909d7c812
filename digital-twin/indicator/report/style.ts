import { createHash } from 'node:crypto'

/** Everything is on paper first: A4, a running page number, headings of tables again on each page, no row cut in two. Only
 *  system fonts, which all have Vietnamese. */
export const STYLE = `
@page { size: A4; margin: 18mm 16mm 18mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #555; }
  @bottom-left { content: "Plumbline"; font: 8pt sans-serif; color: #555; } }
* { box-sizing: border-box; }
html { font: 10pt/1.45 "Noto Serif", "Times New Roman", "DejaVu Serif", serif; color: #1a1a1a; background: #fff; }
body { max-width: 178mm; margin: 0 auto; padding: 8mm 4mm; }
h1, h2, h3, th, .kpi, .tag, svg, figcaption, caption, .small { font-family: "Noto Sans", Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 19pt; line-height: 1.25; margin: 2mm 0 1mm; }
h2 { font-size: 13pt; margin: 8mm 0 2mm; padding-bottom: 1mm; border-bottom: .6pt solid #1f4e79; color: #1f4e79; break-after: avoid; }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; break-after: avoid; }
p { margin: 0 0 2mm; orphans: 3; widows: 3; }
p, li { overflow-wrap: anywhere; }
ul { margin: 0 0 2mm; padding-left: 5mm; }
li { margin-bottom: .8mm; break-inside: avoid; }
.org { font-size: 9pt; color: #444; text-transform: uppercase; letter-spacing: .03em; }
.sub { font-size: 11.5pt; color: #333; margin-bottom: 4mm; }
.warn { border: 1pt solid #9c2a10; color: #9c2a10; padding: 2mm 3mm; margin: 3mm 0; font-weight: bold; }
.facts { display: grid; grid-template-columns: 42mm minmax(0, 1fr); gap: .6mm 3mm; margin: 0 0 4mm; font-size: 9pt; }
.facts dt { color: #555; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.kpis { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm; margin: 4mm 0; break-inside: avoid; }
.kpi { border: .6pt solid #9db4c8; border-radius: 1.5mm; padding: 3mm; font-size: 8.5pt; color: #444; }
.kpi b { display: block; font-size: 19pt; line-height: 1.2; color: #1f4e79; }
.arm { display: grid; grid-template-columns: minmax(0, 1fr) 34mm; gap: 3mm; border-left: 1.5mm solid #888; padding: 1.5mm 0 1.5mm 3mm; margin: 0 0 2.5mm; break-inside: avoid; }
.arm.met { border-color: #1d6b3a; } .arm.not { border-color: #9c2a10; }
.arm p { margin: 0; } .tag { font-weight: bold; font-size: 9.5pt; text-align: right; }
.met .tag { color: #1d6b3a; } .not .tag { color: #9c2a10; }
figure { margin: 2mm 0 4mm; break-inside: avoid; } figcaption, caption { font-size: 8.5pt; color: #333; text-align: left; padding: 0 0 1mm; font-weight: bold; break-after: avoid; }
svg { display: block; width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; line-height: 1.3; margin: 0 0 4mm; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th { text-align: left; font-size: 8pt; background: #e8eef4; border-bottom: .8pt solid #1f4e79; vertical-align: bottom; }
th, td { padding: 1mm 1.4mm; } td { border-bottom: .4pt solid #ccc; vertical-align: top; overflow-wrap: break-word; } td.w { overflow-wrap: anywhere; min-width: 20mm; }
th.n, td.n { text-align: right; } td.n { white-space: nowrap; overflow-wrap: normal; } td.c, th.c { white-space: nowrap; overflow-wrap: normal; } table.whole { break-inside: avoid; } td.q { color: #9c2a10; font-style: italic; } td.m { color: #777; }
tr.sum td { font-weight: bold; border-top: .8pt solid #1f4e79; border-bottom: .8pt solid #1f4e79; background: #f5f8fb; }
tr.part td:first-child { padding-left: 5mm; }
.small { font-size: 8pt; color: #444; }
.mono { font: 8pt "DejaVu Sans Mono", "Courier New", monospace; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; } }
@media screen and (max-width: 640px) { .kpis { grid-template-columns: 1fr; } .wide { overflow-x: auto; } table { display: block; overflow-x: auto; } }
`

/** A page that can only be looked at: nothing is loaded or run, and this one style is taken, by its digest. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`
