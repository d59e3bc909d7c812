export function EntityPage() {
  return <p class="asking">…</p>
}
