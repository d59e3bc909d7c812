export function WallPage() {
  return <p class="asking">…</p>
}
