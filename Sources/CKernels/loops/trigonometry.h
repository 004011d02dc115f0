// Sine and cosine of one argument together. x = k π/2 + r with k = round(2x/π) and π/2 in three parts, of which k
// times the first two is exact; then minimax polynomials on |r| ≤ π/4.

// Beyond this k has too many bits for the products to be exact, and libm does the work.
#define REDUCIBLE 1.6e6
#define ROUNDER_DOUBLE 0x1.8p52

typedef struct {
  double upper;      // r
  int64_t quadrant;  // k; its two lowest bits count
} Reduced;

INLINE Reduced reduce(double x) {
  double rounded = x * 0x1.45f306dc9c883p-1 + ROUNDER_DOUBLE, k = rounded - ROUNDER_DOUBLE;
  double r = x - k * 0x1.921fb544p+0, w = k * 0x1.0b4611a6p-34;
  double upper = r - w, lower = (r - upper) - w;
  double tail = k * 0x1.3198a2e037073p-69;
  Reduced result;
  result.upper = upper + (lower - tail);
  __builtin_memcpy(&result.quadrant, &rounded, 8);
  return result;
}

// Quadrant k turns (sine, cosine) by k right angles.
#define TURN(k, s, c, sine, cosine) \
  do { \
    *(sine) = CHOOSE((k) & 2, -1, 1) * CHOOSE((k) & 1, c, s); \
    *(cosine) = CHOOSE(((k) + 1) & 2, -1, 1) * CHOOSE((k) & 1, s, c); \
  } while (0)

INLINE void sine_cosine_of(float x, float *sine, float *cosine) {
  Reduced a = reduce(x);
  float r = (float)a.upper, s = r * r;
  int32_t quadrant = (int32_t)a.quadrant;
  float p = 2.71833191787e-6f;
  p = p * s - 1.98393375061e-4f;
  p = p * s + 8.33332939674e-3f;
  p = p * s - 0.166666666418f;
  float sin_r = r + r * (s * p);
  sin_r = CHOOSE(x == 0, x, sin_r);
  float q = -2.72061609346e-7f;
  q = q * s + 2.47994659306e-5f;
  q = q * s - 1.38888835265e-3f;
  q = q * s + 4.16666666199e-2f;
  float cos_r = 1.0f - (0.5f * s - s * s * q);
  TURN(quadrant, sin_r, cos_r, sine, cosine);
}

#include "sine_cosine_double.h"

// The rare huge, infinite and NaN arguments are noted in the first pass and done one by one in a second. In place,
// the first pass would lose them, so it works on blocks that are looked at before they are written.
#define SINE_COSINE_LOOP(Scalar, of, sin, cos) \
  for (size_t start = 0; start < n; start += 256) { \
    size_t end = n - start < 256 ? n : start + 256; \
    int huge = 0; \
    VECTOR for (size_t i = start; i < end; i++) huge |= !(x[i] >= (Scalar)-REDUCIBLE && x[i] <= (Scalar)REDUCIBLE); \
    if (huge) { \
      for (size_t i = start; i < end; i++) { \
        Scalar v = x[i]; \
        if (v >= (Scalar)-REDUCIBLE && v <= (Scalar)REDUCIBLE) of(v, sine + i, cosine + i); \
        else sine[i] = sin(v), cosine[i] = cos(v); \
      } \
    } else { \
      VECTOR for (size_t i = start; i < end; i++) of(x[i], sine + i, cosine + i); \
    } \
  }

static void rl_sine_cosine_loop(const float *x, float *sine, float *cosine, size_t n) {
  SINE_COSINE_LOOP(float, sine_cosine_of, sinf, cosf)
}
static void rl_sine_cosine_double_loop(const double *x, double *sine, double *cosine, size_t n) {
  SINE_COSINE_LOOP(double, sine_cosine_double_of, sin, cos)
}
