#pragma once
#include <stddef.h>
#include <stdint.h>
#include "CSVKernels.h"
#include "ExplanationKernels.h"
#include "TreeKernels.h"

// Vectorised loops over contiguous numbers. Pointers may be equal (in place) but not overlap otherwise. The result
// for an element depends on its inputs and on the variant, never on n, on its place or on alignment. Errors in ulp
// are the largest found over all floats, of any variant.

// The instruction set the loops run with here: "avx512", "avx2" or "baseline". The best one that the processor has,
// or the one that the environment variable RLRUN_KERNELS names, if the processor has it.
const char *rl_kernel_variant(void);
// Runs the loops with another instruction set; returns 0 and changes nothing if the processor lacks it. Not to be
// called while kernels run.
int rl_use_kernel_variant(const char *name);

// ---- Elementwise ----

// y[i] = e^x[i]
void rl_exp(const float *x, float *y, size_t n);
// y[i] = ln x[i]; NaN below 0
void rl_log(const float *x, float *y, size_t n);
// y[i] = tanh(x[i])
void rl_tanh(const float *x, float *y, size_t n);
// y[i] = 1 / (1 + e^-x[i])
void rl_sigmoid(const float *x, float *y, size_t n);
// y[i] = ln(1 + e^x[i])
void rl_softplus(const float *x, float *y, size_t n);
// y[i] = max(x[i], 0)
void rl_relu(const float *x, float *y, size_t n);
// y[i] = x[i] times the standard normal distribution function at x[i], the exact form (Hendrycks & Gimpel 2016)
void rl_gelu(const float *x, float *y, size_t n);
// y[i] = x[i] / (1 + e^-x[i]), also called swish
void rl_silu(const float *x, float *y, size_t n);
// sine[i] = sin x[i] and cosine[i] = cos x[i]; `sine` and `cosine` must differ
void rl_sine_cosine(const float *x, float *sine, float *cosine, size_t n);
// The same in double, within 0.504 ulp and with the same bits in every variant. One element alone (n = 1) gives the
// same bits as among many.
void rl_sine_cosine_double(const double *x, double *sine, double *cosine, size_t n);

// ---- Derivatives: dx[i] = dy[i] * slope. Of tanh, sigmoid and ReLU in terms of their result y, the others of x. ----

// dx[i] = dy[i] * (1 - y[i]^2)
void rl_tanh_backward(const float *y, const float *dy, float *dx, size_t n);
// dx[i] = dy[i] * y[i] * (1 - y[i])
void rl_sigmoid_backward(const float *y, const float *dy, float *dx, size_t n);
// dx[i] = y[i] > 0 ? dy[i] : 0
void rl_relu_backward(const float *y, const float *dy, float *dx, size_t n);
void rl_softplus_backward(const float *x, const float *dy, float *dx, size_t n);
void rl_gelu_backward(const float *x, const float *dy, float *dx, size_t n);
void rl_silu_backward(const float *x, const float *dy, float *dx, size_t n);

// ---- Rows: matrices are [rows, columns], row after row ----

// y[r, c] = x[r, c] + bias[c]
void rl_bias(const float *x, const float *bias, float *y, size_t rows, size_t columns);
// y[r, c] = tanh(x[r, c] + bias[c]), and the same for sigmoid and ReLU
void rl_bias_tanh(const float *x, const float *bias, float *y, size_t rows, size_t columns);
void rl_bias_sigmoid(const float *x, const float *bias, float *y, size_t rows, size_t columns);
void rl_bias_relu(const float *x, const float *bias, float *y, size_t rows, size_t columns);
// The way back of the same in one go: dx = dy * slope(y), and db[c] (+)= sum over r of dx[r, c]; adds to db where
// accumulate is not 0.
void rl_bias_tanh_backward(const float *y, const float *dy, float *dx, float *db, size_t rows, size_t columns,
                           int accumulate);
void rl_bias_sigmoid_backward(const float *y, const float *dy, float *dx, float *db, size_t rows, size_t columns,
                              int accumulate);
void rl_bias_relu_backward(const float *y, const float *dy, float *dx, float *db, size_t rows, size_t columns,
                           int accumulate);
// y[r, c] = e^x[r, c] / sum over k of e^x[r, k]. Logits of -infinity have probability 0; a row of nothing else is
// NaN.
void rl_softmax(const float *x, float *y, size_t rows, size_t columns);
// y[r, c] = ln softmax(x)[r, c]
void rl_log_softmax(const float *x, float *y, size_t rows, size_t columns);
// y[r] = ln(sum over k of e^x[r, k])
void rl_log_sum_exp(const float *x, float *y, size_t rows, size_t columns);
// What a categorical policy needs of its logits, in one pass: log probabilities and probabilities [rows, columns],
// and entropies [rows]. Masked actions have logit -infinity and add nothing to the entropy.
void rl_categorical(const float *x, float *log_probabilities, float *probabilities, float *entropies, size_t rows,
                    size_t columns);
// y[r, c] = gain[c] * (x[r, c] - means[r]) * inverse_deviations[r] + bias[c]; also returns the two, [rows] each, for
// the way back (Ba, Kiros & Hinton 2016). The deviation is sqrt(variance + epsilon). y may be x if x is not needed
// again.
void rl_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y, float *means,
                   float *inverse_deviations, size_t rows, size_t columns);
// dx from dy, and adds to dgain and dbias, [columns] each.
void rl_layer_norm_backward(const float *x, const float *gain, const float *means, const float *inverse_deviations,
                            const float *dy, float *dx, float *dgain, float *dbias, size_t rows, size_t columns);

// ---- Reductions and scaling ----

// out[c] (+)= sum over r of x[r, c]; adds to out where accumulate is not 0
void rl_column_sums(const float *x, float *out, size_t rows, size_t columns, int accumulate);
// the sum of squares, accumulated in double
double rl_sum_of_squares(const float *x, size_t n);
// x[i] *= a
void rl_scale(float *x, float a, size_t n);
// The sum of Huber losses of d = x[i] - target[i]: d^2/2 where |d| <= delta, else delta (|d| - delta/2). dx[i] is the
// slope, d clipped to [-delta, delta].
double rl_huber(const float *x, const float *target, float delta, float *dx, size_t n);

// y [rows, columns] = rows `indices` of x, whose rows are `stride` floats apart
void rl_gather_rows(const float *x, size_t stride, const int32_t *indices, float *y, size_t rows, size_t columns);

// ---- Products ----

// y [rows, columns] (+)= x [rows, inner] * w [inner, columns], faster than a general product; adds to y where accumulate
// is not 0. Returns 0, and nothing is done, where the variant has no such product, inner is above 1,024, or columns are
// below 16 or, to be added to, no multiple of it. Element [r, i] of x is at
// x[r * x_row + i * x_inner], so that x may be stored transposed. A row of y depends on that row of x and on w only.
int rl_product(const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y,
               size_t y_stride, size_t rows, size_t inner, size_t columns, int accumulate);
// y [rows, columns] = x [rows, inner] * w [columns, inner], transposed, likewise. Returns 0 also for fewer than 32 rows,
// columns that are no multiple of 16, and more than 65,536 elements of w, which are laid out anew in memory of the thread.
int rl_product_by_transposed(const float *x, size_t x_row, const float *w, size_t w_row, float *y, size_t y_stride,
                             size_t rows, size_t inner, size_t columns);

// ---- Nearest neighbours ----

// Which of the 64 points of a panel are not at least a row's limit away, a bit each, NaN counting as near. `panel` is
// [1 + inner, 64]: a number of each point, then its coordinates. With `manhattan` the sum over |x - y| is compared, the
// numbers of the points being passed over; else their number + the sum over x * y, so that with |y|^2 and -2 y it is the
// squared distance less |x|^2. The n rows of x are `stride` floats apart. Rows with a bit set and their bits are written
// in ascending order; returns how many.
size_t rl_neighbours(const float *x, size_t stride, size_t n, const float *panel, size_t inner, const float *limits,
                     int manhattan, int32_t *rows, uint64_t *masks);
// The sum over |x - y| with `manhattan`, else over (x - y)^2, in double precision; n is a multiple of 16.
double rl_distance(const float *x, const float *y, size_t n, int manhattan);

// ---- Products with a thin matrix of 16 columns. Rows of x are `stride` floats apart, those of the others 16. ----

// y [rows, 16] = x [rows, columns] * w [columns, 16]. A row of y depends on that row of x and on w only.
void rl_thin_product(const float *x, size_t stride, const float *w, float *y, size_t rows, size_t columns);
// g [columns, 16] += x [rows, columns], transposed, * y [rows, 16]
void rl_thin_product_transposed(const float *x, size_t stride, const float *y, float *g, size_t rows, size_t columns);

// ---- Optimizers: one step over one flat buffer. The gradient is multiplied by `scale` (for clipping) on the way in. ----

// Adam (Kingma & Ba 2015, algorithm 1). `step_size` is lr * sqrt(1 - b2^t) / (1 - b1^t) and `epsilon` is
// eps * sqrt(1 - b2^t), so that the update equals lr * m_hat / (sqrt(v_hat) + eps).
void rl_adam(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
             float epsilon, float scale);
// AdamW (Loshchilov & Hutter 2019): as Adam, with p multiplied by `decay` = 1 - lr * weight decay first.
void rl_adamw(float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2,
              float epsilon, float scale, float decay);
// RMSProp: v = b v + (1 - b) g^2, p -= rate * g / (sqrt(v) + epsilon)
void rl_rmsprop(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon, float scale);
// RMSProp as TensorFlow has it: epsilon inside the root. There v starts at 1.
void rl_rmsprop_tf(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon, float scale);
// p -= rate * g
void rl_sgd(float *p, const float *g, size_t n, float rate, float scale);
// v = momentum * v + g, then p -= rate * v, or with Nesterov's look-ahead p -= rate * (g + momentum * v)
void rl_sgd_momentum(float *p, const float *g, float *v, size_t n, float rate, float momentum, int nesterov,
                     float scale);
// target += tau * (source - target)
void rl_polyak(float *target, const float *source, float tau, size_t n);

// ---- Random numbers from a counter (Philox4x32-10) ----

// Words of the blocks `block`, `block + 1`, ...: four to a block. The generator's 128-bit counter is (block low,
// block high, stream low, stream high), its 64-bit key (key low, key high), 32 bits each.
void rl_philox(uint64_t key, uint64_t stream, uint64_t block, uint32_t *words, size_t n);
// One float a word, in [0, 1): the upper 24 bits times 2^-24
void rl_uniform(uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n);
// Standard normal numbers, two from two words (Box & Muller 1958)
void rl_normal(uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n);

// ---- Steps of batches of environments. Every expression rounds as it is written, in every variant. ----
//
// `state` is [K, stride]: K numbers a copy, one column each, of which elements 0 ..< n are stepped. Rows of n copies:
// one action, `observations` [n, W], `rewards`, `endings` (0 none, 1 terminated). The columns in order, and the rules,
// are those of the Swift files of the same names in Sources/Environments/ClassicControl.

// position, velocity, angle, angular velocity. Rewards: `reward`, or `last_reward` for the step that fails.
void rl_cart_pole(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                  uint8_t *endings, size_t n, double reward, double last_reward);
// position, velocity
void rl_mountain_car(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                     uint8_t *endings, size_t n, double goal_velocity);
// position, velocity, 1 at the start of an episode and 0 from its first step on
void rl_mountain_car_continuous(double *state, size_t stride, const float *actions, float *observations,
                                double *rewards, uint8_t *endings, size_t n, double goal_velocity);
// two angles, two velocities, 1 at the start of an episode and 0 from its first step on
void rl_acrobot(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                uint8_t *endings, size_t n);
// angle, angular velocity, the sine of the angle
void rl_pendulum(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                 uint8_t *endings, size_t n, double gravity);

// Counts a step of n copies: adds 1 to `elapsed`, makes endings 2 (truncated) that are 0 where `limit` steps are
// reached, and lists the copies that ended in `ended`, in order; returns how many.
size_t rl_count_steps(intptr_t *elapsed, intptr_t limit, uint8_t *endings, int32_t *ended, size_t n);
// Whether all x[i] are integers in low ..< high. False for NaN.
int rl_are_integers(const float *x, size_t n, float low, float high);
// Whether all x[i] are finite.
int rl_are_finite(const float *x, size_t n);

// ---- SHA-256 ----

// Whether the processor has instructions for it.
int rl_has_sha256(void);
// Folds blocks of 64 bytes into the eight words of `state` with those instructions (FIPS 180-4, 6.2.2); `constants` are
// the 64 of the standard. To be called only where the processor has them.
void rl_sha256_blocks(uint32_t *state, const uint32_t *constants, const uint8_t *bytes, size_t blocks);
