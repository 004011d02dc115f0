// A matrix [rows, columns] with a vector [columns] added to each row, and an activation after it.

static void rl_bias_loop(const float *x, const float *bias, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    VECTOR for (size_t c = 0; c < columns; c++) y[c] = x[c] + bias[c];
  }
}

// Narrow rows would leave the vector loop empty: there add first, then run over the whole matrix as one row.
#define BIAS(name) \
  static void rl_bias_##name##_loop(const float *x, const float *bias, float *y, size_t rows, size_t columns) { \
    if (columns % LANES) { \
      rl_bias_loop(x, bias, y, rows, columns); \
      rl_##name##_loop(y, y, rows *columns); \
      return; \
    } \
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) { \
      VECTOR for (size_t c = 0; c < columns; c++) y[c] = name##_of(x[c] + bias[c]); \
    } \
  }
BIAS(tanh)
BIAS(sigmoid)
BIAS(relu)
#undef BIAS

// Backward in blocks of rows that stay in the first-level cache, with the column sums taken while they are there.
#define BIAS_BACKWARD(name) \
  static void rl_bias_##name##_backward_loop(const float *y, const float *dy, float *dx, float *db, size_t rows, \
                                             size_t columns, int accumulate) { \
    size_t block = 2048 / (columns ? columns : 1) / LANES * LANES; \
    if (block < LANES) block = LANES; \
    if (!rows && !accumulate) rl_column_sums_loop(dx, db, 0, columns, 0); \
    for (size_t r = 0; r < rows; r += block) { \
      size_t count = rows - r < block ? rows - r : block, offset = r * columns; \
      rl_##name##_backward_loop(y + offset, dy + offset, dx + offset, count *columns); \
      rl_column_sums_loop(dx + offset, db, count, columns, accumulate || r); \
    } \
  }
BIAS_BACKWARD(tanh)
BIAS_BACKWARD(sigmoid)
BIAS_BACKWARD(relu)
#undef BIAS_BACKWARD
