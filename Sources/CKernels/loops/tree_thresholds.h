// The best split of a leaf by one feature. Gains are those of Chen & Guestrin (2016), both sides over one denominator.

#define MOST_BINS 256

INLINE double gradient_in(uint64_t word) { return (double)(int64_t)((int64_t)word >> 32); }
INLINE double hessian_in(uint64_t word) { return (double)(int64_t)(word & 0xffffffff); }
INLINE double beyond(double x, double bound) {
  return __builtin_elementwise_max(__builtin_elementwise_abs(x) - bound, 0.0);
}

// The gains of n splits whose left sides are left[t] + extra.
INLINE void gains_of(const uint64_t *left, uint64_t extra, const double *rows, double extra_rows, double all_rows,
                     int are_counted, size_t n, uint64_t total, const RLTreeLimits *limits, double *gains) {
  double g_unit = limits->gradient_unit, h_unit = limits->hessian_unit, l1 = limits->l1, l2 = limits->l2;
  double least = limits->minimum_hessian, least_rows = limits->minimum_rows, per_unit = limits->rows_per_unit;
  VECTOR for (size_t t = 0; t < n; t++) {
    uint64_t l = left[t] + extra, r = total - l;
    double units_left = hessian_in(l), units_right = hessian_in(r);
    double h_left = units_left * h_unit, h_right = units_right * h_unit;
    double rows_left, rows_right;
    if (are_counted) {
      rows_left = rows[t] + extra_rows;
      rows_right = all_rows - rows_left;
    } else {
      rows_left = __builtin_elementwise_floor(units_left * per_unit + 0.5);
      rows_right = __builtin_elementwise_floor(units_right * per_unit + 0.5);
    }
    double g_left = beyond(gradient_in(l) * g_unit, l1), g_right = beyond(gradient_in(r) * g_unit, l1);
    double d_left = h_left + l2, d_right = h_right + l2;
    double gain = (g_left * g_left * d_right + g_right * g_right * d_left) / (d_left * d_right);
    int allowed = (rows_left >= least_rows) & (rows_right >= least_rows) & (h_left >= least) & (h_right >= least) &
                  (d_left > 0) & (d_right > 0);
    gains[t] = allowed ? gain : -__builtin_inf();
  }
}

INLINE void take_best(const double *gains, size_t n, const uint64_t *left, uint64_t extra, int missing_is_left,
                      RLTreeThreshold *best) {
  for (size_t t = 0; t < n; t++) {
    if (gains[t] > best->gain) {
      *best = (RLTreeThreshold){
          .gain = gains[t], .left = left[t] + extra, .threshold = (int32_t)t, .missing_is_left = missing_is_left};
    }
  }
}

static void rl_tree_threshold_loop(const uint64_t *sums, const uint64_t *counts, size_t bins, int has_missing,
                                   uint64_t total, const RLTreeLimits *limits, RLTreeThreshold *best) {
  uint64_t left[MOST_BINS], sum = 0;
  double rows[MOST_BINS], gains[MOST_BINS], count = 0;
  *best = (RLTreeThreshold){.gain = -__builtin_inf()};
  for (size_t t = 0; t < bins; t++) left[t] = sum += sums[t];
  if (counts) {
    for (size_t t = 0; t < bins; t++) rows[t] = count += hessian_in(counts[t]);
  }
  double missing_rows = counts && has_missing ? hessian_in(counts[bins]) : 0, all = count + missing_rows;
  // All values on the left are a split only where missing ones are on the right.
  size_t splits = has_missing ? bins : bins - 1;
  if (counts) {
    gains_of(left, 0, rows, 0, all, 1, splits, total, limits, gains);
  } else {
    gains_of(left, 0, rows, 0, all, 0, splits, total, limits, gains);
  }
  take_best(gains, splits, left, 0, 0, best);
  if (!has_missing) return;
  if (counts) {
    gains_of(left, sums[bins], rows, missing_rows, all, 1, bins - 1, total, limits, gains);
  } else {
    gains_of(left, sums[bins], rows, missing_rows, all, 0, bins - 1, total, limits, gains);
  }
  take_best(gains, bins - 1, left, sums[bins], 1, best);
}
