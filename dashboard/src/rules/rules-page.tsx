export function RulesPage() {
  return <p class="asking">…</p>
}
