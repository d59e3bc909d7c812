/** The map is drawn on a canvas, so it reads its colours from the same CSS properties as the page. */
export interface Palette {
  readonly fresh: string
  readonly late: string
  readonly silent: string
  readonly cross: string
  readonly ring: string
  readonly halo: string
  readonly outside: string
  readonly land: string
  readonly landHover: string
  readonly border: string
  readonly accent: string
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    fresh: colour('fresh'),
    late: colour('late'),
    silent: colour('silent'),
    cross: colour('mark-cross'),
    ring: colour('ring'),
    halo: colour('mark-halo'),
    outside: colour('map-outside'),
    land: colour('map-land'),
    landHover: colour('map-land-hover'),
    border: colour('map-border'),
    accent: colour('accent'),
  }
}
