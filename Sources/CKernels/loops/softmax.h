// Softmax and its kin over the rows of a matrix. Action spaces are narrow (2 to 18 columns), where a loop along the
// row would leave most of a vector empty. So LANES rows at a time are transposed into a tile, tile[c] holding column
// c of all of them, and every operation runs down the tile with a row per lane. Wide rows run along the row. A row's
// result never depends on the other rows.

#define NARROW 32

// The outputs of a row that are wanted; the others are NULL.
typedef struct {
  float *logs, *probabilities, *entropies, *log_sums;
} Outputs;

// Moved one by one: with strides unknown to the compiler its vectors would be scatters, which are several times
// slower.
INLINE void load_tile(const float *x, FloatLanes *tile, size_t rows, size_t columns) {
  float *t = (float *)tile;
  if (rows < LANES)
    for (size_t c = 0; c < columns; c++) tile[c] = (FloatLanes){0};
  for (size_t r = 0; r < rows; r++) {
    SCALAR for (size_t c = 0; c < columns; c++) t[c * LANES + r] = x[r * columns + c];
  }
}

INLINE void store_tile(const FloatLanes *tile, float *y, size_t rows, size_t columns) {
  const float *t = (const float *)tile;
  for (size_t r = 0; r < rows; r++) {
    SCALAR for (size_t c = 0; c < columns; c++) y[r * columns + c] = t[c * LANES + r];
  }
}

INLINE void softmax_tile(const float *x, Outputs out, size_t rows, size_t columns) {
  FloatLanes shifted[NARROW], powers[NARROW];
  float *s = (float *)shifted, *e = (float *)powers;
  load_tile(x, shifted, rows, columns);
  FloatLanes top = shifted[0], sum = {0};
  for (size_t c = 1; c < columns; c++) top = __builtin_elementwise_max(top, shifted[c]);
  for (size_t c = 0; c < columns; c++) shifted[c] -= top;
  VECTOR for (size_t i = 0; i < columns * LANES; i++) e[i] = exp_of_negative(s[i]);
  for (size_t c = 0; c < columns; c++) sum += powers[c];
  FloatLanes log_sum = {0};
  if (out.logs || out.entropies || out.log_sums) {
    float sums[LANES], logs[LANES];
    store(sum, sums);
    FIXED_VECTOR for (int i = 0; i < LANES; i++) logs[i] = log_of(sums[i]);
    log_sum = load(logs);
  }
  if (out.log_sums) {
    float values[LANES];
    store(top + log_sum, values);
    for (size_t r = 0; r < rows; r++) out.log_sums[r] = values[r];
  }
  if (out.probabilities || out.entropies) {
    FloatLanes inverse = 1.0f / sum;
    for (size_t c = 0; c < columns; c++) powers[c] *= inverse;
    if (out.probabilities) store_tile(powers, out.probabilities, rows, columns);
  }
  if (out.entropies) {
    // A masked column has probability 0 and logit -∞: it adds nothing.
    float entropies[LANES] = {0};
    for (size_t c = 0; c < columns; c++) {
      FIXED_VECTOR for (int i = 0; i < LANES; i++) {
        float p = e[c * LANES + i];
        entropies[i] += CHOOSE(p == 0.0f, 0.0f, p * s[c * LANES + i]);
      }
    }
    store(log_sum - load(entropies), entropies);
    for (size_t r = 0; r < rows; r++) out.entropies[r] = entropies[r];
  }
  if (out.logs) {
    for (size_t c = 0; c < columns; c++) shifted[c] -= log_sum;
    store_tile(shifted, out.logs, rows, columns);
  }
}

INLINE float maximum(const float *x, size_t n) {
  FloatLanes top = load_first(x, n < LANES ? n : LANES, -__builtin_inff());
  size_t i = LANES;
  for (; i + LANES <= n; i += LANES) top = __builtin_elementwise_max(top, load(x + i));
  if (i < n) top = __builtin_elementwise_max(top, load_first(x + i, n - i, -__builtin_inff()));
  return maximum_of_lanes(top);
}

INLINE float sum_of(const float *x, size_t n) {
  FloatLanes sum = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) sum += load(x + i);
  if (i < n) sum += load_first(x + i, n - i, 0);
  return sum_of_lanes(sum);
}

INLINE void softmax_wide(const float *x, Outputs out, size_t n) {
  float top = maximum(x, n);
  if (!out.logs && !out.entropies && !out.log_sums) {
    float *y = out.probabilities;
    VECTOR for (size_t i = 0; i < n; i++) y[i] = exp_of_negative(x[i] - top);
    rl_scale_loop(y, 1.0f / sum_of(y, n), n);
    return;
  }
  enum { CHUNK = 16 * LANES };
  float total = 0, weighted = 0;  // Σ e^s and Σ s e^s, s = x - top
  for (size_t start = 0; start < n; start += CHUNK) {
    size_t count = n - start < CHUNK ? n - start : CHUNK;
    float powers[CHUNK], products[CHUNK];
    VECTOR for (size_t i = 0; i < count; i++) powers[i] = exp_of_negative(x[start + i] - top);
    total += sum_of(powers, count);
    if (!out.entropies) continue;
    VECTOR for (size_t i = 0; i < count; i++) {
      products[i] = CHOOSE(powers[i] == 0.0f, 0.0f, powers[i] * (x[start + i] - top));
    }
    weighted += sum_of(products, count);
  }
  float log_sum = log_of(total), inverse = 1.0f / total;
  if (out.log_sums) *out.log_sums = top + log_sum;
  if (out.entropies) *out.entropies = log_sum - weighted * inverse;
  if (out.probabilities) {  // and the logs: one of the two may lie where x does
    VECTOR for (size_t i = 0; i < n; i++) {
      float s = x[i] - top;
      out.probabilities[i] = exp_of_negative(s) * inverse;
      out.logs[i] = s - log_sum;
    }
  } else if (out.logs) {
    VECTOR for (size_t i = 0; i < n; i++) out.logs[i] = (x[i] - top) - log_sum;
  }
}

INLINE Outputs outputs_from_row(Outputs out, size_t row, size_t columns) {
  if (out.logs) out.logs += row * columns;
  if (out.probabilities) out.probabilities += row * columns;
  if (out.entropies) out.entropies += row;
  if (out.log_sums) out.log_sums += row;
  return out;
}

INLINE void softmax_tiles(const float *x, Outputs out, size_t rows, size_t columns) {
  size_t r = 0;
  for (; r + LANES <= rows; r += LANES)
    softmax_tile(x + r * columns, outputs_from_row(out, r, columns), LANES, columns);
  if (r < rows) softmax_tile(x + r * columns, outputs_from_row(out, r, columns), rows - r, columns);
}

// A width known to the compiler makes the transposition several times faster, so the commonest have their own code.
static void softmax_rows(const float *x, Outputs out, size_t rows, size_t columns) {
  switch (columns) {
  case 0: return;
  case 2: softmax_tiles(x, out, rows, 2); return;
  case 3: softmax_tiles(x, out, rows, 3); return;
  case 4: softmax_tiles(x, out, rows, 4); return;
  case 6: softmax_tiles(x, out, rows, 6); return;
  default: break;
  }
  if (columns <= NARROW) {
    softmax_tiles(x, out, rows, columns);
    return;
  }
  for (size_t r = 0; r < rows; r++) softmax_wide(x + r * columns, outputs_from_row(out, r, columns), columns);
}

static void rl_softmax_loop(const float *x, float *y, size_t rows, size_t columns) {
  softmax_rows(x, (Outputs){.probabilities = y}, rows, columns);
}
static void rl_log_softmax_loop(const float *x, float *y, size_t rows, size_t columns) {
  softmax_rows(x, (Outputs){.logs = y}, rows, columns);
}
static void rl_log_sum_exp_loop(const float *x, float *y, size_t rows, size_t columns) {
  softmax_rows(x, (Outputs){.log_sums = y}, rows, columns);
}
static void rl_categorical_loop(const float *x, float *log_probabilities, float *probabilities, float *entropies,
                                size_t rows, size_t columns) {
  softmax_rows(x, (Outputs){.logs = log_probabilities, .probabilities = probabilities, .entropies = entropies}, rows,
               columns);
}
