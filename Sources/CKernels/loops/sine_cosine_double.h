// Sine and cosine of a double, within 0.504 ulp: rounded correctly in all but about one of 2,000 cases, so that they
// equal those of a good libm nearly always. Every product that is added is one `fma` or two roundings, as written here:
// the results are the same whatever instruction set the loops are compiled for.
#pragma clang fp contract(off)

#define FMA __builtin_fma

typedef struct {
  double upper, lower;  // r = upper + lower, |upper| ≤ π/4
  int64_t quadrant;     // k; its two lowest bits count
} ReducedDouble;

// x = k π/2 + r; π/2 in three parts, of which k times the first two is exact.
INLINE ReducedDouble reduce_double(double x) {
  double rounded = FMA(x, 0x1.45f306dc9c883p-1, ROUNDER_DOUBLE), k = rounded - ROUNDER_DOUBLE;
  double a = FMA(-k, 0x1.921fb544p+0, x), w = k * 0x1.0b4611a6p-34;
  double difference = a - w, subtracted = a - difference;
  // What rounding the difference lost, whichever of the two is greater (Knuth's TwoSum).
  double lost = (a - (difference + subtracted)) + (subtracted - w);
  double rest = FMA(-k, 0x1.3198a2e037073p-69, lost);
  ReducedDouble result;
  result.upper = difference + rest;
  result.lower = (difference - result.upper) + rest;
  __builtin_memcpy(&result.quadrant, &rounded, 8);
  return result;
}

// The leading terms of both series are pairs of doubles, so that only the last addition rounds to be seen.
INLINE void sine_cosine_double_of(double x, double *sine, double *cosine) {
  ReducedDouble a = reduce_double(x);
  double r = a.upper, s = r * r, s_low = FMA(r, r, -s);

  // r + r s (-1/6 + s P(s))
  double p = -0x1.ab93d49f91603p-41;
  p = FMA(p, s, 0x1.61225b0525a0fp-33);
  p = FMA(p, s, -0x1.ae645533efd62p-26);
  p = FMA(p, s, 0x1.71de3a550ca29p-19);
  p = FMA(p, s, -0x1.a01a01a019ed6p-13);
  p = FMA(p, s, 0x1.1111111111111p-7);
  double third = FMA(p, s, -0x1.5555555555555p-3);
  double third_low = FMA(p, s, -0x1.5555555555555p-3 - third) - 0x1.5555555555555p-57;
  double u = s * third, u_low = FMA(s, third, -u) + FMA(s, third_low, s_low * third);
  double v = r * u, v_low = FMA(r, u, -v) + r * u_low;
  double sin_r = r + v, sin_low = ((r - sin_r) + v) + v_low;

  // 1 - s/2 + s² (1/24 + s Q(s))
  double q = 0x1.abe6a6e3da0fbp-45;
  q = FMA(q, s, -0x1.93957db60453fp-37);
  q = FMA(q, s, 0x1.1eed8e6c319fap-29);
  q = FMA(q, s, -0x1.27e4fb775f5a7p-22);
  q = FMA(q, s, 0x1.a01a01a019f8ap-16);
  q = FMA(q, s, -0x1.6c16c16c16c17p-10);
  double fourth = FMA(q, s, 0x1.5555555555555p-5);
  double fourth_low = FMA(q, s, 0x1.5555555555555p-5 - fourth) + 0x1.5555555555555p-59;
  double y = s * fourth, y_low = FMA(s, fourth, -y) + s * fourth_low;
  double z = s * y, z_low = FMA(s, y, -z) + FMA(s, y_low, 2 * (s_low * y));
  double most = 1 - 0.5 * s, most_low = (1 - most) - 0.5 * s;
  double cos_r = most + z, cos_low = ((most - cos_r) + z) + (FMA(-0.5, s_low, most_low) + z_low);

  // The slopes times what rounding r lost.
  double full_sine = sin_r + FMA(a.lower, cos_r, sin_low), full_cosine = cos_r + FMA(-a.lower, sin_r, cos_low);
  full_sine = CHOOSE(x == 0, x, full_sine);  // the sums above lose the sign of -0
  TURN(a.quadrant, full_sine, full_cosine, sine, cosine);
}

#pragma clang fp contract(on)
