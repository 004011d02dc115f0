// Nearest neighbours: which of 64 points may be nearer to a row than the row's limit. Points lie in panels: 64 numbers to
// begin with (what the squared distance has of the point alone), then for each dimension those of the 64 points. Sums of
// several rows by several vectors stay in registers, and only a bit a point leaves them.

#ifdef HAS_32_WIDE_REGISTERS
#define NEIGHBOUR_VECTORS 4
#else
#define NEIGHBOUR_VECTORS 1
#endif
#define PANEL 64

typedef _Bool LaneBits __attribute__((ext_vector_type(LANES)));

// A bit a lane that is not at least the limit: NaN on either side sets it.
INLINE uint64_t lanes_below(FloatLanes v, float limit) {
  LaneBits bits = __builtin_convertvector(v >= limit, LaneBits);
  uint16_t reached;
  __builtin_memcpy(&reached, &bits, sizeof reached);
  return (uint16_t)~reached;
}

INLINE size_t neighbour_tile(const float *x, size_t stride, size_t row, const float *panel, size_t inner,
                             const float *limits, int manhattan, int32_t *rows, uint64_t *masks, int tall) {
  uint64_t below[6] = {0};
  x += row * stride;
  for (int start = 0; start < PANEL; start += NEIGHBOUR_VECTORS * LANES) {
    const float *point = panel + start;
    FloatLanes sums[6][NEIGHBOUR_VECTORS];
    for (int r = 0; r < tall; r++)
      for (int c = 0; c < NEIGHBOUR_VECTORS; c++) sums[r][c] = manhattan ? (FloatLanes){0} : load(point + c * LANES);
    for (size_t i = 0; i < inner; i++) {
      point += PANEL;
      FloatLanes y[NEIGHBOUR_VECTORS];
      for (int c = 0; c < NEIGHBOUR_VECTORS; c++) y[c] = load(point + c * LANES);
      for (int r = 0; r < tall; r++)
        for (int c = 0; c < NEIGHBOUR_VECTORS; c++)
          if (manhattan)
            sums[r][c] += __builtin_elementwise_abs(x[r * stride + i] - y[c]);
          else
            sums[r][c] += x[r * stride + i] * y[c];
    }
    for (int r = 0; r < tall; r++)
      for (int c = 0; c < NEIGHBOUR_VECTORS; c++)
        below[r] |= lanes_below(sums[r][c], limits[row + r]) << (start + c * LANES);
  }
  size_t n = 0;
  for (int r = 0; r < tall; r++)
    if (below[r]) {
      rows[n] = (int32_t)(row + r);
      masks[n++] = below[r];
    }
  return n;
}

INLINE size_t neighbour_rows(const float *x, size_t stride, size_t n, const float *panel, size_t inner,
                             const float *limits, int manhattan, int32_t *rows, uint64_t *masks) {
  size_t r = 0, found = 0;
#define TILES(tall) \
  for (; r + tall <= n; r += tall) \
    found += neighbour_tile(x, stride, r, panel, inner, limits, manhattan, rows + found, masks + found, tall)
  TILES(6);
  TILES(2);
  TILES(1);
#undef TILES
  return found;
}

static size_t rl_neighbours_loop(const float *x, size_t stride, size_t n, const float *panel, size_t inner,
                                 const float *limits, int manhattan, int32_t *rows, uint64_t *masks) {
  return manhattan ? neighbour_rows(x, stride, n, panel, inner, limits, 1, rows, masks)
                   : neighbour_rows(x, stride, n, panel, inner, limits, 0, rows, masks);
}

static double rl_distance_loop(const float *x, const float *y, size_t n, int manhattan) {
  DoubleLanes sum = {0};
  for (size_t i = 0; i < n; i += LANES) {
    DoubleLanes d = widened(load(x + i)) - widened(load(y + i));
    sum += manhattan ? __builtin_elementwise_abs(d) : d * d;
  }
  return sum_of_lanes_double(sum);
}
