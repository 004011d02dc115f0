// Values of features as bytes.

// The cell of a grid that a value lies in: never less for a larger value, and 0 for NaN.
INLINE int32_t cell_of(const RLTreeGrid *grid, double x) {
  double place = (x - grid->low) * grid->scale;
  place = CHOOSE(place > 0, place, 0.0);
  return (int32_t)CHOOSE(place < GRID_CELLS - 1, place, (double)(GRID_CELLS - 1));
}

static void rl_tree_grid_loop(const double *bounds, size_t n, RLTreeGrid *grid) {
  double range = n > 1 ? bounds[n - 1] - bounds[0] : 0;
  grid->low = n > 0 ? bounds[0] : 0;
  grid->scale = range > 0 ? (GRID_CELLS - 1) / range : 0;
  size_t most = 0, place = 0;
  for (int32_t cell = 0; cell < GRID_CELLS; cell++) {
    size_t start = place;
    grid->starts[cell] = (uint8_t)start;
    while (place < n && cell_of(grid, bounds[place]) <= cell) place++;
    most = place - start > most ? place - start : most;
  }
  grid->first_step = 0;
  for (size_t step = 1; step <= most; step *= 2) grid->first_step = (int32_t)step;
}

// Bounds of cells before a value's own are below it, and those of cells behind it above: what is left is a search in a cell,
// which halves what is left. Gathers are slower.
#define BINNED_VALUES 64
static void rl_tree_bins_loop(const double *x, size_t n, const double *bounds, const RLTreeGrid *grid, uint8_t missing,
                              uint8_t *bins) {
  size_t first = (size_t)grid->first_step;
  for (size_t start = 0; start < n; start += BINNED_VALUES) {
    size_t count = n - start < BINNED_VALUES ? n - start : BINNED_VALUES;
    int32_t cells[BINNED_VALUES];
    VECTOR for (size_t i = 0; i < count; i++) cells[i] = cell_of(grid, x[start + i]);
    size_t i = 0;
    // Four go on side by side, for each step of one waits for the last.
    for (; i + 4 <= count; i += 4) {
      const double *own = x + start + i;
      const int32_t *cell = cells + i;
      double a = own[0], b = own[1], c = own[2], d = own[3];
      size_t p = grid->starts[cell[0]], q = grid->starts[cell[1]], r = grid->starts[cell[2]], s = grid->starts[cell[3]];
      for (size_t step = first; step; step /= 2) {
        const double *bound = bounds + step - 1;
        p += step & -(size_t)(bound[p] < a);
        q += step & -(size_t)(bound[q] < b);
        r += step & -(size_t)(bound[r] < c);
        s += step & -(size_t)(bound[s] < d);
      }
      bins[start + i] = (uint8_t)CHOOSE(a != a, missing, p);
      bins[start + i + 1] = (uint8_t)CHOOSE(b != b, missing, q);
      bins[start + i + 2] = (uint8_t)CHOOSE(c != c, missing, r);
      bins[start + i + 3] = (uint8_t)CHOOSE(d != d, missing, s);
    }
    for (; i < count; i++) {
      double own = x[start + i];
      size_t place = grid->starts[cells[i]];
      for (size_t step = first; step; step /= 2) place += step & -(size_t)(bounds[place + step - 1] < own);
      bins[start + i] = (uint8_t)CHOOSE(own != own, missing, place);
    }
  }
}

static void rl_tree_interleave_loop(const uint8_t *columns, size_t column_stride, size_t features, uint8_t *bins,
                                    size_t stride, size_t n) {
  for (size_t f = 0; f < features; f++) {
    const uint8_t *column = columns + f * column_stride;
    SCALAR for (size_t r = 0; r < n; r++) bins[r * stride + f] = column[r];
  }
}
