// Sums keep a fixed shape: element i is added to partial sum i mod LANES, and the partial sums are added in one
// order. So a sum depends on its values and their count, never on alignment.

#define LANES 16
typedef float FloatLanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef double DoubleLanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8)));

INLINE FloatLanes load(const float *x) { return *(const FloatLanes *)x; }
INLINE void store(FloatLanes v, float *x) { *(FloatLanes *)x = v; }

// The first n < LANES elements, then the filler.
INLINE FloatLanes load_first(const float *x, size_t n, float filler) {
  float lanes[LANES];
  for (size_t i = 0; i < LANES; i++) lanes[i] = filler;
  for (size_t i = 0; i < n; i++) lanes[i] = x[i];
  return load(lanes);
}

INLINE double sum_of_lanes_double(DoubleLanes v) {
  double s[LANES];
  *(DoubleLanes *)s = v;
  for (int half = LANES / 2; half; half /= 2)
    for (int i = 0; i < half; i++) s[i] += s[i + half];
  return s[0];
}
INLINE float sum_of_lanes(FloatLanes v) {
  float s[LANES];
  store(v, s);
  for (int half = LANES / 2; half; half /= 2)
    for (int i = 0; i < half; i++) s[i] += s[i + half];
  return s[0];
}
INLINE float maximum_of_lanes(FloatLanes v) {
  float s[LANES];
  store(v, s);
  for (int half = LANES / 2; half; half /= 2)
    for (int i = 0; i < half; i++) s[i] = CHOOSE(s[i + half] > s[i], s[i + half], s[i]);
  return s[0];
}
INLINE DoubleLanes widened(FloatLanes v) { return __builtin_convertvector(v, DoubleLanes); }

static double rl_sum_of_squares_loop(const float *x, size_t n) {
  DoubleLanes sum = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    DoubleLanes v = widened(load(x + i));
    sum += v * v;
  }
  DoubleLanes v = widened(load_first(x + i, n - i, 0));
  return sum_of_lanes_double(sum + v * v);
}

static double rl_huber_loop(const float *x, const float *target, float delta, float *dx, size_t n) {
  double sums[LANES] = {0};
  for (size_t start = 0; start < n; start += LANES) {
    size_t width = n - start < LANES ? n - start : LANES;
    float losses[LANES] = {0};
    VECTOR for (size_t i = 0; i < width; i++) {
      float d = x[start + i] - target[start + i], a = __builtin_elementwise_abs(d);
      losses[i] = CHOOSE(a > delta, delta * (a - 0.5f * delta), 0.5f * d * d);
      dx[start + i] = CHOOSE(a > delta, __builtin_elementwise_copysign(delta, d), d);
    }
    *(DoubleLanes *)sums += widened(load(losses));
  }
  return sum_of_lanes_double(*(DoubleLanes *)sums);
}

// Columns [c, c + blocks * LANES): the sums stay in registers while the rows go by.
INLINE void sums_of_column_block(int blocks, const float *x, float *out, size_t rows, size_t columns, int accumulate) {
  FloatLanes sums[4] = {{0}, {0}, {0}, {0}};
  for (size_t r = 0; r < rows; r++, x += columns) {
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; b++) sums[b] += load(x + b * LANES);
  }
  const float *s = (const float *)sums;
  for (int c = 0; c < blocks * LANES; c++) out[c] = accumulate ? out[c] + s[c] : s[c];
}

// Fewer columns than lanes: LANES rows are `columns` full vectors, and lane j of vector k belongs to column
// (k * LANES + j) mod columns.
INLINE void sums_of_narrow_columns(const float *x, float *out, size_t rows, size_t columns, int accumulate) {
  FloatLanes sums[LANES] = {{0}};
  float *s = (float *)sums;
  size_t r = 0;
  for (; r + LANES <= rows; r += LANES, x += LANES * columns)
    for (size_t k = 0; k < columns; k++) sums[k] += load(x + k * LANES);
  for (size_t i = 0; i < (rows - r) * columns; i++) s[i] += x[i];
  for (size_t c = 0; c < columns; c++) {
    float sum = 0;
    for (size_t i = c; i < LANES * columns; i += columns) sum += s[i];
    out[c] = accumulate ? out[c] + sum : sum;
  }
}

static void rl_column_sums_loop(const float *x, float *out, size_t rows, size_t columns, int accumulate) {
  if (columns < LANES) {
    sums_of_narrow_columns(x, out, rows, columns, accumulate);
    return;
  }
  size_t c = 0;
  for (; c + 4 * LANES <= columns; c += 4 * LANES) sums_of_column_block(4, x + c, out + c, rows, columns, accumulate);
  for (; c + LANES <= columns; c += LANES) sums_of_column_block(1, x + c, out + c, rows, columns, accumulate);
  for (; c < columns; c++) {
    float sum = 0;
    for (size_t r = 0; r < rows; r++) sum += x[r * columns + c];
    out[c] = accumulate ? out[c] + sum : sum;
  }
}
