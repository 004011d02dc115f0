#include "CReference.h"
#include <math.h>

// One element at a time.
#define SCALAR _Pragma("clang loop vectorize(disable) interleave(disable)")
#define MAP(name, value) \
  void reference_##name(const float *x, float *y, size_t n) { \
    SCALAR for (size_t i = 0; i < n; i++) { \
      float a = x[i]; \
      y[i] = value; \
    } \
  }
#define BACKWARD(name, slope) \
  void reference_##name##_backward(const float *x, const float *dy, float *dx, size_t n) { \
    SCALAR for (size_t i = 0; i < n; i++) { \
      float a = x[i]; \
      dx[i] = dy[i] * (slope); \
    } \
  }

static float logistic(float a) { return 1 / (1 + expf(-a)); }
static float normal_distribution(float a) { return 0.5f * erfcf(-a * 0.70710678f); }

MAP(exp, expf(a))
MAP(log, logf(a))
MAP(tanh, tanhf(a))
MAP(sigmoid, logistic(a))
MAP(softplus, fmaxf(a, 0) + log1pf(expf(-fabsf(a))))
MAP(relu, a < 0 ? 0 : a)
MAP(gelu, a * normal_distribution(a))
MAP(silu, a * logistic(a))
BACKWARD(gelu, normal_distribution(a) + a * 0.3989423f * expf(-0.5f * a * a))
BACKWARD(silu, logistic(a) * (1 + a * (1 - logistic(a))))
BACKWARD(softplus, logistic(a))
BACKWARD(tanh, 1 - a * a)
BACKWARD(sigmoid, a * (1 - a))
BACKWARD(relu, a > 0 ? 1.0f : 0.0f)

void reference_sine_cosine(const float *x, float *sine, float *cosine, size_t n) {
  SCALAR for (size_t i = 0; i < n; i++) {
    sine[i] = sinf(x[i]);
    cosine[i] = cosf(x[i]);
  }
}
void reference_sine_cosine_double(const double *x, double *sine, double *cosine, size_t n) {
  SCALAR for (size_t i = 0; i < n; i++) {
    sine[i] = sin(x[i]);
    cosine[i] = cos(x[i]);
  }
}

double reference_huber(const float *x, const float *target, float delta, float *dx, size_t n) {
  double sum = 0;
  SCALAR for (size_t i = 0; i < n; i++) {
    float d = x[i] - target[i], size = fabsf(d);
    dx[i] = fminf(fmaxf(d, -delta), delta);
    sum += size <= delta ? 0.5f * d * d : delta * (size - 0.5f * delta);
  }
  return sum;
}

static float row_top(const float *x, size_t columns) {
  float top = x[0];
  SCALAR for (size_t c = 1; c < columns; c++) top = fmaxf(top, x[c]);
  return top;
}
void reference_softmax(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    float top = row_top(x, columns), sum = 0;
    SCALAR for (size_t c = 0; c < columns; c++) sum += y[c] = expf(x[c] - top);
    SCALAR for (size_t c = 0; c < columns; c++) y[c] /= sum;
  }
}
void reference_log_sum_exp(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, x += columns) {
    float top = row_top(x, columns), sum = 0;
    SCALAR for (size_t c = 0; c < columns; c++) sum += expf(x[c] - top);
    y[r] = top + logf(sum);
  }
}
void reference_log_softmax(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    float log_sum;
    reference_log_sum_exp(x, &log_sum, 1, columns);
    SCALAR for (size_t c = 0; c < columns; c++) y[c] = x[c] - log_sum;
  }
}
void reference_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y, size_t rows,
                          size_t columns) {
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    float mean = 0, variance = 0;
    SCALAR for (size_t c = 0; c < columns; c++) mean += x[c];
    mean /= (float)columns;
    SCALAR for (size_t c = 0; c < columns; c++) variance += (x[c] - mean) * (x[c] - mean);
    float inverse = 1 / sqrtf(variance / (float)columns + epsilon);
    SCALAR for (size_t c = 0; c < columns; c++) y[c] = (x[c] - mean) * inverse * gain[c] + bias[c];
  }
}

void reference_adam(float *p, const float *g, float *m, float *v, size_t n, float rate, float b1, float b2,
                    float epsilon, float decay) {
  SCALAR for (size_t i = 0; i < n; i++) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
    p[i] = p[i] * decay - rate * m[i] / (sqrtf(v[i]) + epsilon);
  }
}
void reference_rmsprop(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon) {
  SCALAR for (size_t i = 0; i < n; i++) {
    v[i] = b * v[i] + (1 - b) * g[i] * g[i];
    p[i] -= rate * g[i] / (sqrtf(v[i]) + epsilon);
  }
}
void reference_sgd_momentum(float *p, const float *g, float *v, size_t n, float rate, float momentum) {
  SCALAR for (size_t i = 0; i < n; i++) {
    v[i] = momentum * v[i] + g[i];
    p[i] -= rate * v[i];
  }
}
void reference_polyak(float *target, const float *source, float tau, size_t n) {
  SCALAR for (size_t i = 0; i < n; i++) target[i] += tau * (source[i] - target[i]);
}
double reference_sum_of_squares(const float *x, size_t n) {
  double sum = 0;
  SCALAR for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
  return sum;
}
void reference_scale(float *x, float a, size_t n) {
  SCALAR for (size_t i = 0; i < n; i++) x[i] *= a;
}

static void philox(uint64_t key, uint64_t block, uint32_t words[4]) {
  uint32_t a = (uint32_t)block, b = (uint32_t)(block >> 32), c = 0, d = 0, k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
    uint64_t p = (uint64_t)a * 0xd2511f53u, q = (uint64_t)c * 0xcd9e8d57u;
    a = (uint32_t)(q >> 32) ^ b ^ k0, b = (uint32_t)q, c = (uint32_t)(p >> 32) ^ d ^ k1, d = (uint32_t)p;
  }
  words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}
void reference_uniform(uint64_t key, float *out, size_t n) {
  SCALAR for (size_t i = 0; i + 4 <= n; i += 4) {
    uint32_t words[4];
    philox(key, i / 4, words);
    for (int j = 0; j < 4; j++) out[i + j] = (float)(words[j] >> 8) * 0x1p-24f;
  }
}
void reference_normal(uint64_t key, float *out, size_t n) {
  SCALAR for (size_t i = 0; i + 4 <= n; i += 4) {
    uint32_t words[4];
    philox(key, i / 4, words);
    for (int j = 0; j < 4; j += 2) {
      float radius = sqrtf(-2 * logf((float)(words[j] >> 8) * 0x1p-24f + 0x1p-25f));
      float angle = 6.2831853f * (float)(words[j + 1] >> 8) * 0x1p-24f;
      out[i + j] = radius * cosf(angle);
      out[i + j + 1] = radius * sinf(angle);
    }
  }
}

typedef float Lanes __attribute__((vector_size(64), aligned(4)));

void move_memory(float *const *sources, int reads, float *const *targets, int writes, size_t n) {
  for (size_t i = 0; i + 16 <= n; i += 16) {
    Lanes value = {0};
    for (int a = 0; a < reads; a++) {
      value = *(const Lanes *)(sources[a] + i);
      // A read without a write is not left out.
      __asm__ volatile("" : : "x"(value[0]));
    }
    for (int a = 0; a < writes; a++) *(Lanes *)(targets[a] + i) = value;
  }
}
