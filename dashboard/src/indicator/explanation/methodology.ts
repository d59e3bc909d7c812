/** The method in both languages, with its versions. */
export const METHODOLOGY = '/api/v1/indicators/report'
