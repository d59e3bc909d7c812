/** In both languages whatever the choice: a screenshot must never pass for measured figures. */
export function SyntheticBanner() {
  return (
    <p class="synthetic-banner" data-testid="synthetic">
      <span lang="vi">Dữ liệu mô phỏng</span> / <span lang="en">Simulated data</span>
    </p>
  )
}
