// Products of a tall matrix with a thin one of 16 columns, as classes and clusters are few. A general product first
// copies its large factor into another order, which costs as much as so few columns' multiplications themselves.
// A row of 16 is one or a few registers; a tile of rows keeps its sums in registers.

typedef float Thin __attribute__((vector_size(64), aligned(4)));

// Sums of `count` rows (at most 8), which are `stride` apart. `count` is known where this is inlined.
INLINE void thin_rows(const float *x, size_t stride, const float *w, float *y, size_t columns, size_t count) {
  Thin sums[8] = {0};
  for (size_t start = 0; start < columns; start += 16) {
    // The next rows come from memory while these are multiplied.
    for (size_t r = 0; r < count; r++) __builtin_prefetch(x + (count + r) * stride + start);
    size_t end = start + 16 < columns ? start + 16 : columns;
    for (size_t i = start; i < end; i++) {
      Thin weights = *(const Thin *)(w + 16 * i);
      for (size_t r = 0; r < count; r++) sums[r] += x[r * stride + i] * weights;
    }
  }
  for (size_t r = 0; r < count; r++) *(Thin *)(y + 16 * r) = sums[r];
}

static void rl_thin_product_loop(const float *x, size_t stride, const float *w, float *y, size_t rows,
                                 size_t columns) {
  size_t r = 0;
  for (; r + 8 <= rows; r += 8) thin_rows(x + r * stride, stride, w, y + 16 * r, columns, 8);
  for (; r < rows; r++) thin_rows(x + r * stride, stride, w, y + 16 * r, columns, 1);
}

// Adds to the rows `0 ..< count` of g (at most 8) what all rows of x and y give. `count` is known where inlined.
INLINE void thin_columns(const float *x, size_t stride, const float *y, float *g, size_t rows, size_t count) {
  Thin sums[8] = {0};
  for (size_t r = 0; r < rows; r++) {
    Thin weights = *(const Thin *)(y + 16 * r);
    for (size_t i = 0; i < count; i++) sums[i] += x[r * stride + i] * weights;
  }
  for (size_t i = 0; i < count; i++) *(Thin *)(g + 16 * i) += sums[i];
}

static void rl_thin_product_transposed_loop(const float *x, size_t stride, const float *y, float *g, size_t rows,
                                            size_t columns) {
  size_t i = 0;
  for (; i + 8 <= columns; i += 8) thin_columns(x + i, stride, y, g + 16 * i, rows, 8);
  for (; i < columns; i++) thin_columns(x + i, stride, y, g + 16 * i, rows, 1);
}
