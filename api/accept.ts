export interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly weight: number
}

/** The media ranges of an Accept header, the most wanted first (RFC 9110 §12.5.1). */
export function rangesOf(accept: string | undefined): MediaRange[] {
  return (accept ?? '*/*')
    .split(',')
    .map((range): MediaRange => {
      const [type = '', ...rest] = range.split(';').map((part) => part.trim())
      const parameters = new Map(
        rest.map((part) => {
          const [name = '', value = ''] = part.split('=')
          return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')]
        }),
      )
      const weight = Number(parameters.get('q') ?? 1)
      return { type: type.toLowerCase(), parameters, weight: Number.isNaN(weight) ? 0 : weight }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || specificity(b) - specificity(a))
}

const specificity = ({ type }: MediaRange): number => (type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2)
