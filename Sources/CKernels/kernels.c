#include "CKernels.h"
#include <math.h>

const char *rl_kernel_variant(void) { return "baseline"; }

void rl_tanh(const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = tanhf(x[i]);
}
void rl_bias_tanh(const float *x, const float *bias, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) y[r * columns + c] = tanhf(x[r * columns + c] + bias[c]);
}
void rl_bias(const float *x, const float *bias, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) y[r * columns + c] = x[r * columns + c] + bias[c];
}
void rl_tanh_backward(const float *y, const float *dy, float *dx, size_t n) {
  for (size_t i = 0; i < n; i++) dx[i] = dy[i] * (1 - y[i] * y[i]);
}
void rl_column_sums(const float *x, float *out, size_t rows, size_t columns, int accumulate) {
  if (!accumulate)
    for (size_t c = 0; c < columns; c++) out[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) out[c] += x[r * columns + c];
}
double rl_sum_of_squares(const float *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
  return sum;
}
void rl_scale(float *x, float a, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] *= a;
}
void rl_adam(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
             float epsilon, float scale) {
  for (size_t i = 0; i < n; i++) {
    float gi = g[i] * scale;
    m[i] = b1 * m[i] + (1 - b1) * gi;
    v[i] = b2 * v[i] + (1 - b2) * gi * gi;
    p[i] -= step_size * m[i] / (sqrtf(v[i]) + epsilon);
  }
}
