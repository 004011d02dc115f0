#pragma once
#include <stddef.h>
#include <stdint.h>

// Vectorised loops over contiguous floats. Pointers may be equal (in place) but not overlap otherwise.

// The instruction set the loops run with here: "avx512", "avx2" or "baseline".
const char *rl_kernel_variant(void);

// y[i] = tanh(x[i])
void rl_tanh(const float *x, float *y, size_t n);
// y[r, c] = tanh(x[r, c] + bias[c])
void rl_bias_tanh(const float *x, const float *bias, float *y, size_t rows, size_t columns);
// y[r, c] = x[r, c] + bias[c]
void rl_bias(const float *x, const float *bias, float *y, size_t rows, size_t columns);
// dx[i] = dy[i] * (1 - y[i]^2)
void rl_tanh_backward(const float *y, const float *dy, float *dx, size_t n);
// out[c] (+)= sum over r of x[r, c]; adds to out where accumulate is not 0
void rl_column_sums(const float *x, float *out, size_t rows, size_t columns, int accumulate);
// the sum of squares, accumulated in double
double rl_sum_of_squares(const float *x, size_t n);
// x[i] *= a
void rl_scale(float *x, float a, size_t n);

// Adam (Kingma & Ba 2015, algorithm 1) over one flat buffer. `step_size` is lr * sqrt(1 - b2^t) / (1 - b1^t) and
// `epsilon` is eps * sqrt(1 - b2^t), so that the update equals lr * m_hat / (sqrt(v_hat) + eps).
// The gradient is multiplied by `scale` (for clipping) on the way in.
void rl_adam(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
             float epsilon, float scale);
