export function AlarmsPage() {
  return <p class="asking">…</p>
}
