// Gradients of losses by the scores of boosted trees.

static double rl_boost_logistic_loop(const double *scores, const float *labels, const float *weights, float *gradients,
                                     float *hessians, size_t n) {
  double sum = 0;
  for (size_t start = 0; start < n; start += CHUNK_OF_WORDS) {
    size_t count = n - start < CHUNK_OF_WORDS ? n - start : CHUNK_OF_WORDS;
    const double *score = scores + start;
    const float *label = labels + start;
    float *g = gradients + start, *h = hessians + start, losses[CHUNK_OF_WORDS];
    VECTOR for (size_t i = 0; i < count; i++) {
      float s = (float)score[i], p = sigmoid_of(s);
      g[i] = p - label[i];
      h[i] = p * (1.0f - p);
      losses[i] = softplus_of(CHOOSE(label[i] > 0.5f, -s, s));
    }
    if (weights) {
      const float *weight = weights + start;
      VECTOR for (size_t i = 0; i < count; i++) {
        g[i] *= weight[i];
        h[i] *= weight[i];
        losses[i] *= weight[i];
      }
    }
    DoubleLanes part = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) part += widened(load(losses + i));
    sum += sum_of_lanes_double(part + widened(load_first(losses + i, count - i, 0)));
  }
  return sum;
}
