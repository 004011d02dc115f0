// One pass over parameters, gradient and moments a step.

INLINE void adam(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
                 float epsilon, float scale, float decay) {
  float c1 = 1 - b1, c2 = 1 - b2;
  VECTOR for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale;
    float mi = b1 * m[i] + c1 * gi;
    float vi = b2 * v[i] + c2 * (gi * gi);
    m[i] = mi;
    v[i] = vi;
    p[i] = p[i] * decay - step_size * mi / (__builtin_elementwise_sqrt(vi) + epsilon);
  }
}

static void rl_adam_loop(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
                         float epsilon, float scale) {
  adam(p, g, m, v, n, step_size, b1, b2, epsilon, scale, 1);
}
static void rl_adamw_loop(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
                          float epsilon, float scale, float decay) {
  adam(p, g, m, v, n, step_size, b1, b2, epsilon, scale, decay);
}

static void rl_rmsprop_loop(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon,
                            float scale) {
  float c = 1 - b;
  VECTOR for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale, vi = b * v[i] + c * (gi * gi);
    v[i] = vi;
    p[i] -= rate * gi / (__builtin_elementwise_sqrt(vi) + epsilon);
  }
}
static void rl_rmsprop_tf_loop(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon,
                               float scale) {
  float c = 1 - b;
  VECTOR for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale, vi = b * v[i] + c * (gi * gi);
    v[i] = vi;
    p[i] -= rate * gi / __builtin_elementwise_sqrt(vi + epsilon);
  }
}

static void rl_sgd_loop(float *p, const float *g, size_t n, float rate, float scale) {
  float a = rate * scale;
  VECTOR for (size_t i = 0; i < n; i++) p[i] -= a * g[i];
}
static void rl_sgd_momentum_loop(float *p, const float *g, float *v, size_t n, float rate, float momentum, int nesterov,
                                 float scale) {
  float ahead = nesterov ? momentum : 1, now = nesterov ? 1 : 0;
  VECTOR for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale, vi = momentum * v[i] + gi;
    v[i] = vi;
    p[i] -= rate * (ahead * vi + now * gi);
  }
}
static void rl_polyak_loop(float *target, const float *source, float tau, size_t n) {
  VECTOR for (size_t i = 0; i < n; i++) target[i] += tau * (source[i] - target[i]);
}
