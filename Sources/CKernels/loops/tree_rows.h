// Rows of leaves.

static size_t rl_tree_partition_loop(int32_t *rows, size_t n, const uint8_t *codes, const uint8_t *is_left,
                                     int32_t *scratch) {
  size_t left = 0, right = 0;
  for (size_t i = 0; i < n; i++) {
    int32_t row = rows[i];
    size_t goes_left = is_left[codes[row]];
    rows[left] = row;
    scratch[right] = row;
    left += goes_left;
    right += 1 - goes_left;
  }
  __builtin_memcpy(rows + left, scratch, right * sizeof(int32_t));
  return left;
}

static void rl_tree_take_loop(const uint8_t *codes, const int32_t *rows, size_t n, uint8_t *taken, uint8_t *span) {
  for (size_t i = 0; i < n; i++) taken[i] = codes[rows[i]];
  uint8_t low = 255, high = 0;
  VECTOR for (size_t i = 0; i < n; i++) {
    low = taken[i] < low ? taken[i] : low;
    high = taken[i] > high ? taken[i] : high;
  }
  span[0] = low;
  span[1] = high;
}

static size_t rl_tree_left_loop(const uint8_t *taken, uint8_t last, const double *weights, const double *values,
                                size_t n, double *sums) {
  double a[LANES] = {0}, b[LANES] = {0};
  size_t count = 0, i = 0;
  for (; i + LANES <= n; i += LANES) {
    FIXED_VECTOR for (size_t k = 0; k < LANES; k++) {
      double is_left = CHOOSE(taken[i + k] <= last, 1.0, 0.0);
      a[k] += is_left * weights[i + k];
      b[k] += is_left * values[i + k];
    }
  }
  for (size_t k = 0; i + k < n; k++) {
    double is_left = CHOOSE(taken[i + k] <= last, 1.0, 0.0);
    a[k] += is_left * weights[i + k];
    b[k] += is_left * values[i + k];
  }
  VECTOR for (size_t j = 0; j < n; j++) count += taken[j] <= last;
  for (size_t width = LANES / 2; width; width /= 2) {
    for (size_t k = 0; k < width; k++) {
      a[k] += a[k + width];
      b[k] += b[k + width];
    }
  }
  sums[0] = a[0];
  sums[1] = b[0];
  return count;
}

static void rl_tree_sums_loop(const float *gradients, const float *hessians, const int32_t *rows, size_t n,
                              double *out) {
  double g[4] = {0}, h[4] = {0};
  for (size_t i = 0; i < n; i++) {
    g[i % 4] += (double)gradients[rows[i]];
    h[i % 4] += (double)hessians[rows[i]];
  }
  out[0] = (g[0] + g[1]) + (g[2] + g[3]);
  out[1] = (h[0] + h[1]) + (h[2] + h[3]);
}

static void rl_tree_add_loop(double value, const int32_t *rows, size_t n, double *scores, size_t stride) {
  for (size_t i = 0; i < n; i++) scores[(size_t)rows[i] * stride] += value;
}

INLINE int32_t routed(const RLBinnedTree *tree, const uint8_t *bins, int32_t node) {
  uint8_t bin = bins[tree->features[node]];
  int goes_right = !(tree->sets[32 * (size_t)node + bin / 8] >> bin % 8 & 1);
  return tree->children[2 * node + goes_right];
}

// Rows go down side by side, for each step of one waits for the last; where one has arrived, the next starts.
#define ROUTED_ROWS 8
static void rl_tree_route_loop(const RLBinnedTree *tree, const uint8_t *bins, size_t stride, size_t n, double *scores,
                               size_t score_stride) {
  if (n < ROUTED_ROWS) {
    for (size_t i = 0; i < n; i++, bins += stride, scores += score_stride) {
      int32_t node = 0;
      do node = routed(tree, bins, node);
      while (node >= 0);
      *scores += tree->values[~node];
    }
    return;
  }
  const uint8_t *row[ROUTED_ROWS];
  double *score[ROUTED_ROWS];
  int32_t node[ROUTED_ROWS];
  size_t open = ROUTED_ROWS, next = ROUTED_ROWS;
  for (size_t k = 0; k < open; k++) {
    row[k] = bins + k * stride;
    score[k] = scores + k * score_stride;
    node[k] = 0;
  }
  while (open) {
    for (size_t k = 0; k < open; k++) {
      int32_t place = routed(tree, row[k], node[k]);
      if (place >= 0) {
        node[k] = place;
        continue;
      }
      *score[k] += tree->values[~place];
      if (next < n) {
        row[k] = bins + next * stride;
        score[k] = scores + next * score_stride;
        node[k] = 0;
        next++;
      } else {
        open--;
        row[k] = row[open];
        score[k] = score[open];
        node[k] = node[open];
        k--;
      }
    }
  }
}
