// Products of matrices that stay in the second-level cache. A general product first copies both factors into the order
// its inner loop wants; for a network's layers that costs a tenth of the time and more. With 32 wide registers there is
// no need: 6 rows by 64 columns of sums stay in registers, columns of w come 64 at a time, and one float of x is
// multiplied with all of them. Processors with 16 registers are better served by the general product.

#ifdef HAS_32_WIDE_REGISTERS

// Sums of `tall` rows (at most 6) by `wide` vectors (at most 4, for one row 8); both are known where this is inlined.
INLINE void product_tile(const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y,
                         size_t y_stride, size_t inner, int accumulate, int tall, int wide) {
  FloatLanes sums[6][8];
  for (int r = 0; r < tall; r++)
    for (int c = 0; c < wide; c++)
      sums[r][c] = accumulate ? load(y + r * y_stride + c * LANES) : (FloatLanes){0};
  for (size_t start = 0; start < inner; start += LANES) {
    // The rows of the next tile come from memory while these are multiplied; of a transposed factor they lie side by side.
    if (x_inner == 1)
      for (int r = 0; r < tall; r++) __builtin_prefetch(x + (tall + r) * x_row + start);
    else if (tall > 1)
      for (int i = 0; i < LANES; i++) __builtin_prefetch(x + 2 * tall + (start + i) * x_inner);
    size_t end = start + LANES < inner ? start + LANES : inner;
    for (size_t i = start; i < end; i++, w += w_stride) {
      FloatLanes weights[8];
      for (int c = 0; c < wide; c++) weights[c] = load(w + c * LANES);
      // One row alone waits for nothing but w.
      if (tall == 1)
        for (int c = 0; c < wide; c++) __builtin_prefetch(w + 4 * w_stride + c * LANES);
      for (int r = 0; r < tall; r++)
        for (int c = 0; c < wide; c++) sums[r][c] += x[r * x_row + i * x_inner] * weights[c];
    }
  }
  for (int r = 0; r < tall; r++)
    for (int c = 0; c < wide; c++) store(sums[r][c], y + r * y_stride + c * LANES);
}

INLINE void product_panel(const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y,
                          size_t y_stride, size_t rows, size_t inner, int accumulate, int wide) {
  size_t r = 0;
#define TILES(tall) \
  for (; r + tall <= rows; r += tall) \
  product_tile(x + r * x_row, x_row, x_inner, w, w_stride, y + r * y_stride, y_stride, inner, accumulate, tall, wide)
  TILES(6);
  TILES(4);
  TILES(2);
  TILES(1);
#undef TILES
}

static int rl_product_loop(const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y,
                           size_t y_stride, size_t rows, size_t inner, size_t columns, int accumulate) {
  if (columns < LANES || inner > 1024 || (accumulate && columns % LANES)) return 0;
  size_t c = 0;
  // One row: w is read once and waited for, the better the longer the stretches.
  if (rows == 1)
    for (; c + 8 * LANES <= columns; c += 8 * LANES)
      product_tile(x, x_row, x_inner, w + c, w_stride, y + c, y_stride, inner, accumulate, 1, 8);
  for (; c + 4 * LANES <= columns; c += 4 * LANES)
    product_panel(x, x_row, x_inner, w + c, w_stride, y + c, y_stride, rows, inner, accumulate, 4);
  for (; c + 2 * LANES <= columns; c += 2 * LANES)
    product_panel(x, x_row, x_inner, w + c, w_stride, y + c, y_stride, rows, inner, accumulate, 2);
  while (c < columns) {
    // The last vector starts early where columns are no multiple of it; what it writes again is the same.
    if (c + LANES > columns) c = columns - LANES;
    product_panel(x, x_row, x_inner, w + c, w_stride, y + c, y_stride, rows, inner, accumulate, 1);
    c += LANES;
  }
  return 1;
}

// LANES rows of as many floats with rows and columns exchanged: each pass puts together what is twice as far apart.
INLINE void transpose_square(const float *from, size_t from_stride, float *to, size_t to_stride) {
  FloatLanes a[LANES], b[LANES];
  for (int r = 0; r < LANES; r++) a[r] = load(from + r * from_stride);
  for (int r = 0; r < LANES; r += 2) {
    b[r] = __builtin_shufflevector(a[r], a[r + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
    b[r + 1] = __builtin_shufflevector(a[r], a[r + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  }
  for (int group = 0; group < LANES; group += 4)
    for (int r = group; r < group + 2; r++) {
      a[r] = __builtin_shufflevector(b[r], b[r + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      a[r + 2] = __builtin_shufflevector(b[r], b[r + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
  for (int group = 0; group < LANES; group += 8)
    for (int r = group; r < group + 4; r++) {
      b[r] = __builtin_shufflevector(a[r], a[r + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      b[r + 4] = __builtin_shufflevector(a[r], a[r + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
  for (int r = 0; r < 8; r++) {
    a[r] = __builtin_shufflevector(b[r], b[r + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    a[r + 8] = __builtin_shufflevector(b[r], b[r + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
  for (int r = 0; r < LANES; r++) store(a[r], to + r * to_stride);
}

// The transposed factor is laid out as the loop above wants it, which pays where enough rows share it.
static int rl_product_by_transposed_loop(const float *x, size_t x_row, const float *w, size_t w_row, float *y,
                                         size_t y_stride, size_t rows, size_t inner, size_t columns) {
  static _Thread_local _Alignas(64) float laid_out[64 * 1024];
  if (rows < 32 || columns % LANES || inner * columns > sizeof laid_out / sizeof *laid_out) return 0;
  for (size_t first = 0; first < columns; first += LANES) {
    size_t i = 0;
    for (; i + LANES <= inner; i += LANES)
      transpose_square(w + first * w_row + i, w_row, laid_out + i * columns + first, columns);
    for (; i < inner; i++)
      for (size_t c = first; c < first + LANES; c++) laid_out[i * columns + c] = w[c * w_row + i];
  }
  return rl_product_loop(x, x_row, 1, laid_out, columns, y, y_stride, rows, inner, columns, 0);
}

#else

static int rl_product_loop(const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y,
                           size_t y_stride, size_t rows, size_t inner, size_t columns, int accumulate) {
  return 0;
}

static int rl_product_by_transposed_loop(const float *x, size_t x_row, const float *w, size_t w_row, float *y,
                                         size_t y_stride, size_t rows, size_t inner, size_t columns) {
  return 0;
}

#endif
