#define MAP(name) \
  static void rl_##name##_loop(const float *x, float *y, size_t n) { \
    VECTOR for (size_t i = 0; i < n; i++) y[i] = name##_of(x[i]); \
  }
MAP(exp)
MAP(log)
MAP(tanh)
MAP(sigmoid)
MAP(softplus)
MAP(relu)
MAP(gelu)
MAP(silu)
#undef MAP

// The slope in terms of the activation's result where that is enough (tanh, sigmoid, ReLU), else of its argument.
INLINE float tanh_slope_of(float y) { return 1.0f - y * y; }
INLINE float sigmoid_slope_of(float y) { return y * (1.0f - y); }
INLINE float relu_slope_of(float y) { return CHOOSE(y > 0.0f, 1.0f, 0.0f); }
INLINE float softplus_slope_of(float x) { return sigmoid_of(x); }

#define BACKWARD(name) \
  static void rl_##name##_backward_loop(const float *x, const float *dy, float *dx, size_t n) { \
    VECTOR for (size_t i = 0; i < n; i++) dx[i] = dy[i] * name##_slope_of(x[i]); \
  }
BACKWARD(tanh)
BACKWARD(sigmoid)
BACKWARD(relu)
BACKWARD(softplus)
BACKWARD(gelu)
BACKWARD(silu)
#undef BACKWARD

static void rl_scale_loop(float *x, float a, size_t n) {
  VECTOR for (size_t i = 0; i < n; i++) x[i] *= a;
}
