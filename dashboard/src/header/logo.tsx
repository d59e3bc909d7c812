export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 32" width="18" height="24" aria-hidden="true">
      <path d="M12 1v10" class="logo-line" />
      <path d="M7 11h10l1.5 5L12 30 5.5 16z" class="logo-bob" />
      <path d="M12 11h5l1.5 5L12 30z" class="logo-shade" />
    </svg>
  )
}
