declare module 'jsonstat-toolkit' {
  interface Cell {
    readonly value: number | null
    readonly status: string | null
  }
  interface Dimension {
    readonly id: readonly string[]
    Category(id: string): { readonly label: string; readonly unit: { decimals: number } | null }
  }
  interface Dataset {
    readonly class: string
    readonly id: readonly string[]
    readonly length: number
    readonly n: number
    readonly updated: string
    readonly role: Readonly<Record<string, readonly string[] | null>>
    Data(cell: Readonly<Record<string, string>>): Cell
    Dimension(id: string): Dimension
  }
  const JSONstat: (document: object) => Dataset
  export = JSONstat
}

declare module 'jsonstat-suite' {
  interface Read {
    readonly id: readonly string[]
    readonly size: readonly number[]
    readonly value: readonly (number | null)[]
    readonly status?: readonly (string | null)[]
    readonly dimension: Readonly<Record<string, { readonly category: { readonly index: readonly string[] } }>>
  }
  export function fromSDMX(message: object): Read
  export function toCSV(document: object, options?: object): string
}
