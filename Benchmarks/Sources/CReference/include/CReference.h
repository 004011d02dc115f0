#pragma once
#include <stddef.h>
#include <stdint.h>

// What the kernels are measured against: loops over libm's functions, one element at a time as a compiler leaves them
// that may not change rounding, and loops that do nothing but read and write memory.

void reference_exp(const float *x, float *y, size_t n);
void reference_log(const float *x, float *y, size_t n);
void reference_tanh(const float *x, float *y, size_t n);
void reference_sigmoid(const float *x, float *y, size_t n);
void reference_softplus(const float *x, float *y, size_t n);
void reference_relu(const float *x, float *y, size_t n);
void reference_gelu(const float *x, float *y, size_t n);
void reference_silu(const float *x, float *y, size_t n);
// dx = dy * slope(x)
void reference_gelu_backward(const float *x, const float *dy, float *dx, size_t n);
void reference_silu_backward(const float *x, const float *dy, float *dx, size_t n);
void reference_softplus_backward(const float *x, const float *dy, float *dx, size_t n);
void reference_tanh_backward(const float *y, const float *dy, float *dx, size_t n);
void reference_sigmoid_backward(const float *y, const float *dy, float *dx, size_t n);
void reference_relu_backward(const float *y, const float *dy, float *dx, size_t n);
void reference_sine_cosine(const float *x, float *sine, float *cosine, size_t n);
void reference_sine_cosine_double(const double *x, double *sine, double *cosine, size_t n);
double reference_huber(const float *x, const float *target, float delta, float *dx, size_t n);
void reference_softmax(const float *x, float *y, size_t rows, size_t columns);
void reference_log_softmax(const float *x, float *y, size_t rows, size_t columns);
void reference_log_sum_exp(const float *x, float *y, size_t rows, size_t columns);
void reference_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *y, size_t rows,
                          size_t columns);
void reference_adam(float *p, const float *g, float *m, float *v, size_t n, float rate, float b1, float b2,
                    float epsilon, float decay);
void reference_rmsprop(float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon);
void reference_sgd_momentum(float *p, const float *g, float *v, size_t n, float rate, float momentum);
void reference_polyak(float *target, const float *source, float tau, size_t n);
double reference_sum_of_squares(const float *x, size_t n);
void reference_scale(float *x, float a, size_t n);
// From the words of Philox4x32-10, as the kernels draw them.
void reference_uniform(uint64_t key, float *out, size_t n);
void reference_normal(uint64_t key, float *out, size_t n);

// Reads `reads` arrays of `n` floats and writes `writes` arrays, which may be some of them: what a kernel moves.
void move_memory(float *const *sources, int reads, float *const *targets, int writes, size_t n);

#include "robots.h"
