// Rows in any order, laid side by side. They come from anywhere in memory, so while one is copied the next is fetched.

static void rl_gather_rows_loop(const float *x, size_t stride, const int32_t *indices, float *y, size_t rows,
                                size_t columns) {
  for (size_t r = 0; r < rows; r++, y += columns) {
    const float *row = x + (size_t)indices[r] * stride, *next = x + (size_t)indices[r + 1 < rows ? r + 1 : r] * stride;
    size_t c = 0;
    for (; c + LANES <= columns; c += LANES) {
      __builtin_prefetch(next + c);
      store(load(row + c), y + c);
    }
    SCALAR for (; c < columns; c++) y[c] = row[c];
  }
}
