// Values of features as bytes.

static void rl_tree_bins_loop(const double *x, size_t n, const double *bounds, uint8_t missing, uint8_t *bins) {
  // A search halves what is left; four go on side by side, for each step of one waits for the last. Gathers are slower.
  size_t first = 128, i = 0;
  while (first > 1 && bounds[first - 1] == __builtin_inf()) first /= 2;
  for (; i + 4 <= n; i += 4) {
    double a = x[i], b = x[i + 1], c = x[i + 2], d = x[i + 3];
    size_t p = 0, q = 0, r = 0, s = 0;
    for (size_t step = first; step; step /= 2) {
      const double *bound = bounds + step - 1;
      p += step & -(size_t)(bound[p] < a);
      q += step & -(size_t)(bound[q] < b);
      r += step & -(size_t)(bound[r] < c);
      s += step & -(size_t)(bound[s] < d);
    }
    bins[i] = (uint8_t)CHOOSE(a != a, missing, p);
    bins[i + 1] = (uint8_t)CHOOSE(b != b, missing, q);
    bins[i + 2] = (uint8_t)CHOOSE(c != c, missing, r);
    bins[i + 3] = (uint8_t)CHOOSE(d != d, missing, s);
  }
  for (; i < n; i++) {
    size_t place = 0;
    for (size_t step = first; step; step /= 2) place += step & -(size_t)(bounds[place + step - 1] < x[i]);
    bins[i] = (uint8_t)CHOOSE(x[i] != x[i], missing, place);
  }
}

static void rl_tree_interleave_loop(const uint8_t *columns, size_t column_stride, size_t features, uint8_t *bins,
                                    size_t stride, size_t n) {
  for (size_t f = 0; f < features; f++) {
    const uint8_t *column = columns + f * column_stride;
    SCALAR for (size_t r = 0; r < n; r++) bins[r * stride + f] = column[r];
  }
}
