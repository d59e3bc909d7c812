declare module '@lhncbc/ucum-lhc' {
  interface Converted {
    readonly status: 'succeeded' | 'failed' | 'error'
    readonly toVal: number | null
  }
  const ucumPkg: {
    UcumLhcUtils: { getInstance(): { convertUnitTo(from: string, value: number, to: string): Converted } }
  }
  export = ucumPkg
}
