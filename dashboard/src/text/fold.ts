/** Lower case without Vietnamese marks, so that "buon ma thuot" finds "Buôn Ma Thuột". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()
}
