// Gradients of losses by the scores of boosted trees.

static double rl_boost_logistic_loop(const double *scores, const float *labels, const float *weights, float *gradients,
                                     float *hessians, size_t n) {
  double sums[LANES] = {0};
  for (size_t start = 0; start < n; start += LANES) {
    size_t width = n - start < LANES ? n - start : LANES;
    float losses[LANES] = {0};
    VECTOR for (size_t i = 0; i < width; i++) {
      float score = (float)scores[start + i], label = labels[start + i], p = sigmoid_of(score);
      float weight = weights ? weights[start + i] : 1.0f;
      gradients[start + i] = weight * (p - label);
      hessians[start + i] = weight * (p * (1.0f - p));
      losses[i] = weight * softplus_of(CHOOSE(label > 0.5f, -score, score));
    }
    for (size_t i = 0; i < width; i++) sums[i] += (double)losses[i];
  }
  DoubleLanes all = *(const DoubleLanes *)sums;
  return sum_of_lanes_double(all);
}
