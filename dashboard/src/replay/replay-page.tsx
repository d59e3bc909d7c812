export function ReplayPage() {
  return <p class="asking">…</p>
}
