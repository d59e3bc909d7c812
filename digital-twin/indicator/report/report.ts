import { breakdowns } from './breakdowns.ts'
import { byArea } from './by-area.ts'
import { changes } from './changes.ts'
import type { Lang, ReportContent } from './content.ts'
import { headline, titleBlock } from './headline.ts'
import { Html, html } from './html.ts'
import { inputs } from './inputs.ts'
import { methodPart } from './method-part.ts'
import { pageOf } from './page.ts'
import { STYLE } from './style.ts'

/** The yearly report: one HTML page that needs nothing else, runs nothing, and prints to A4. The same content gives the same
 *  bytes. To be sent with `REPORT_POLICY`. */
export function reportPage(content: ReportContent, lang: Lang): string {
  const page = pageOf(content, lang)
  const title = page.t(
    `Kết nối IoT bình quân đầu người năm ${content.year}`,
    `IoT connections per person, ${content.year}`,
  )
  return `<!doctype html>\n${
    html`<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body>${titleBlock(page)}${headline(page)}${byArea(page)}${breakdowns(page)}${inputs(page)}${changes(page)}${methodPart(page)}</body></html>`
      .text
  }\n`
}
