export function SystemPage() {
  return <p class="asking">…</p>
}
