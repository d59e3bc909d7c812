/** What a tagged PDF of Chromium says of itself: read from its objects, which Chromium does not compress. */
export interface Pdf {
  readonly pages: number
  /** BCP 47. */
  readonly language: string
  /** Each body row of a table: the pages on which it has something. */
  readonly rows: readonly (readonly number[])[]
}

interface Element {
  readonly kind: string
  readonly parent: string
  /** Those on which it has something itself; text that goes on overleaf has two. */
  readonly pages: readonly string[]
}

/** ISO 32000-1: page objects §7.7.3.3, structure elements §14.7.2, their pages /Pg. */
export function readPdf(bytes: Uint8Array): Pdf {
  const text = Buffer.from(bytes).toString('latin1')
  const elements = new Map<string, Element>()
  const pages: string[] = []
  for (const [, number = '', body = ''] of text.matchAll(/^(\d+) 0 obj\n<<([\s\S]*?)\nendobj/gm)) {
    if (/^\/Type \/Page\n/.test(body)) pages.push(number)
    const kind = /^\/Type \/StructElem\n\/S \/(\w+)/.exec(body)?.[1]
    if (!kind) continue
    elements.set(number, {
      kind,
      parent: /\/P (\d+) 0 R/.exec(body)?.[1] ?? '',
      pages: [...body.matchAll(/\/Pg (\d+) 0 R/g)].map(([, page = '']) => page),
    })
  }
  return {
    pages: pages.length,
    language: /\/Lang \(([^)]*)\)/.exec(text)?.[1] ?? '',
    rows: rowsOf(elements).map((found) => [...found].map((page) => pages.indexOf(page) + 1)),
  }
}

function rowsOf(elements: ReadonlyMap<string, Element>): Set<string>[] {
  const rows = new Map<string, Set<string>>()
  for (const element of elements.values()) {
    let at: Element | undefined = element
    let isBody = false
    while (at && at.kind !== 'TR') {
      isBody ||= at.kind === 'TD'
      const { parent } = at
      at = elements.get(parent)
      if (at?.kind === 'TR' && isBody)
        rows.set(parent, new Set([...(rows.get(parent) ?? []), ...element.pages]))
    }
  }
  return [...rows.values()]
}
