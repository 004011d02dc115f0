// Values of features as bytes.

static void rl_tree_bins_loop(const double *x, size_t n, const double *bounds, uint8_t missing, uint8_t *bins) {
  VECTOR for (size_t i = 0; i < n; i++) {
    double value = x[i];
    int64_t place = 0;
#pragma clang loop unroll(full)
    for (int64_t step = 128; step; step /= 2) place += CHOOSE(bounds[place + step - 1] < value, step, (int64_t)0);
    bins[i] = (uint8_t)CHOOSE(value != value, (int64_t)missing, place);
  }
}

static void rl_tree_interleave_loop(const uint8_t *columns, size_t column_stride, size_t features, uint8_t *bins,
                                    size_t stride, size_t n) {
  for (size_t f = 0; f < features; f++) {
    const uint8_t *column = columns + f * column_stride;
    SCALAR for (size_t r = 0; r < n; r++) bins[r * stride + f] = column[r];
  }
}
