// Functions of one float, in operations that every vector unit has: no call, no branch, no table.

// a where the condition holds, else b; NaN in a comparison chooses b.
#define CHOOSE(condition, a, b) ((condition) ? (a) : (b))

// The nearest integer, for |x| < 2^22, is what is left when this is added and subtracted again; the low bits of the
// sum are the integer.
#define ROUNDER 0x1.8p23f

INLINE int32_t bits_of(float x) {
  int32_t b;
  __builtin_memcpy(&b, &x, 4);
  return b;
}
INLINE float float_of(int32_t b) {
  float x;
  __builtin_memcpy(&x, &b, 4);
  return x;
}

// 2^k, -126 ≤ k ≤ 127
INLINE float power_of_two(int32_t k) { return float_of((int32_t)((uint32_t)(k + 127) << 23)); }

// Below 0.55 an odd polynomial, minimax with relative error 1e-9; above it 1 - 2 / (e^(2|x|) + 1), where the error of
// the exponential counts little; beyond 9.02 it rounds to 1.
INLINE float tanh_of(float x) {
  float a = __builtin_elementwise_abs(x), s = a * a;
  float q = -6.27648597485e-3f;
  q = q * s + 2.10733903879e-2f;
  q = q * s - 5.3852765021e-2f;
  q = q * s + 0.13332591014f;
  q = q * s - 0.333333177293f;
  float small = a + a * (s * q);

  const float log2_e_twice = 2.88539008177793f;
  a = CHOOSE(a > 9.02f, 9.02f, a);
  float rounded = a * log2_e_twice + ROUNDER;
  float r = a * log2_e_twice - (rounded - ROUNDER);
  float p = 1.32741533453e-3f;  // 2^r, |r| ≤ 1/2
  p = p * r + 9.67552134801e-3f;
  p = p * r + 5.55072043224e-2f;
  p = p * r + 0.24022120221f;
  p = p * r + 0.693146962699f;
  p = p * r + 1.0000000715f;
  float e = float_of((int32_t)((uint32_t)bits_of(p) + ((uint32_t)bits_of(rounded) << 23)));
  return __builtin_elementwise_copysign(CHOOSE(a >= 0.55f, 1.0f - 2.0f / (e + 1.0f), small), x);
}

// e^x / 2^k = 1 + r + r² E(r) with k = round(x / ln 2), which is left in the low bits of `rounded`.
INLINE float exp_mantissa_of(float x, float *rounded) {
  *rounded = x * 1.44269504089f + ROUNDER;
  float k = *rounded - ROUNDER;
  float r = x - k * 0x1.62e4p-1f;
  r = r - k * 1.4286068203094173e-6f;
  float e = 1.37915281858e-3f;
  e = e * r + 8.36873897912e-3f;
  e = e * r + 4.1668802341e-2f;
  e = e * r + 0.166665203921f;
  e = e * r + 0.49999991716f;
  return 1.0f + (r + r * r * e);
}

// 2^k in two factors, so that subnormal and huge results come out right.
INLINE float exp_of(float x) {
  float c = CHOOSE(x > 89.0f, 89.0f, x), rounded;
  c = CHOOSE(c < -104.0f, -104.0f, c);
  float p = exp_mantissa_of(c, &rounded);
  int32_t n = bits_of(rounded) - bits_of(ROUNDER), half = n >> 1;
  return p * power_of_two(half) * power_of_two(n - half);
}

// The same for x ≤ 0, where one factor can be a constant.
INLINE float exp_of_negative(float x) {
  float c = CHOOSE(x < -104.0f, -104.0f, x), rounded;
  float p = exp_mantissa_of(c, &rounded);
  return p * power_of_two(bits_of(rounded) - (bits_of(ROUNDER) - 64)) * 0x1p-64f;
}

// log x = k ln 2 + log(1 + f) with 1 + f in [√½, √2), and log(1 + f) = f - f²/2 + f³ P(f).
INLINE float log_of(float x) {
  int subnormal = x < 0x1p-126f;
  int32_t b = (int32_t)((uint32_t)bits_of(subnormal ? x * 0x1p23f : x) - 0x3f3504f3u);
  float k = (float)(b >> 23) - (subnormal ? 23.0f : 0.0f);
  float f = float_of((b & 0x7fffff) + 0x3f3504f3) - 1.0f;
  float p = 6.7206489242e-2f;
  p = p * f - 0.116605549015f;
  p = p * f + 0.118918363851f;
  p = p * f - 0.124084261003f;
  p = p * f + 0.142194171213f;
  p = p * f - 0.166678259862f;
  p = p * f + 0.20002119905f;
  p = p * f - 0.250000127559f;
  p = p * f + 0.333333125727f;
  float s = f * f;
  float tail = s * f * p + k * 1.4286068203094173e-6f;
  float y = k * 0x1.62e4p-1f + (f + (tail - 0.5f * s));
  y = CHOOSE(x == __builtin_inff(), x, y);
  y = CHOOSE(x == 0.0f, -__builtin_inff(), y);
  return CHOOSE(x >= 0.0f, y, __builtin_nanf(""));
}

// 1 / (1 + e^-|x|), and for negative x that times e^-|x|: nothing cancels and nothing overflows.
INLINE float sigmoid_of(float x) {
  float e = exp_of_negative(-__builtin_elementwise_abs(x));
  return CHOOSE(x < 0.0f, e, 1.0f) / (1.0f + e);
}

// max(x, 0) + log(1 + u), u = e^-|x|, with log(1 + u) = 2 artanh(u / (2 + u)).
INLINE float softplus_of(float x) {
  float u = exp_of_negative(-__builtin_elementwise_abs(x));
  float z = u / (2.0f + u), s = z * z;
  float q = 0.121445901313f;
  q = q * s + 0.107153927696f;
  q = q * s + 0.143083001615f;
  q = q * s + 0.199994438864f;
  q = q * s + 0.333333377582f;
  float y = 2.0f * z + 2.0f * z * (s * q);
  return CHOOSE(x > 0.0f, x, 0.0f) + y;
}

// The upper tail of the standard normal distribution at a ≥ 0, given e = exp(-a²/2): e u S(u - 0.6), u = 1 / (1 + 0.3
// a), minimax on 0 ≤ a ≤ 15 with relative error 3.5e-9.
INLINE float normal_tail_of(float a, float e) {
  float u = 1.0f / (1.0f + 0.3f * a), v = u - 0.6f;
  float p = -0.0206176670896f;
  p = p * v + 0.00107199892023f;
  p = p * v + 0.0441945168836f;
  p = p * v - 0.00755470589932f;
  p = p * v - 0.0910454125318f;
  p = p * v - 0.0138198118909f;
  p = p * v + 0.225355863155f;
  p = p * v + 0.41374484666f;
  p = p * v + 0.405136747779f;
  p = p * v + 0.258572678707f;
  return p * u * e;
}

// exp(-a²/2), 0 ≤ a ≤ 15: a is split so that the square of its upper half is exact, else the rounding of a² would be
// magnified by its size.
INLINE float gaussian_of(float a) {
  float upper = float_of(bits_of(a) & (int32_t)0xfffff000), lower = a - upper;
  return exp_of_negative(-0.5f * upper * upper) * exp_of_negative(-0.5f * lower * (a + upper));
}

// Φ(x), the standard normal distribution function, given a = |x| ≤ 15 and e = exp(-a²/2). Below 1 it is 1/2 plus an
// odd polynomial, minimax with relative error 7.122e-10, because the tail's argument u is too coarse there.
INLINE float normal_distribution_of(float x, float a, float e) {
  float s = x * x;
  float p = -7.65381297853e-6f;
  p = p * s + 0.000113485375808f;
  p = p * s - 0.00118632906144f;
  p = p * s + 0.00997332309113f;
  p = p * s - 0.0664903598829f;
  p = p * s + 0.398942280117f;
  float tail = normal_tail_of(a, e);
  return CHOOSE(a < 1.0f, 0.5f + x * p, CHOOSE(x < 0.0f, tail, 1.0f - tail));
}

// x Φ(x) with the exact Φ (Hendrycks & Gimpel 2016), not the tanh approximation; at -∞ its limit 0.
INLINE float gelu_of(float x) {
  float a = __builtin_elementwise_abs(x);
  a = CHOOSE(a > 15.0f, 15.0f, a);
  return CHOOSE(x < -15.0f, -0.0f, x * normal_distribution_of(x, a, gaussian_of(a)));
}

// Φ(x) + x φ(x)
INLINE float gelu_slope_of(float x) {
  float a = __builtin_elementwise_abs(x);
  a = CHOOSE(a > 15.0f, 15.0f, a);
  float e = gaussian_of(a);
  return normal_distribution_of(x, a, e) + __builtin_elementwise_copysign(0.398942280401f * a * e, x);
}

// x / (1 + e^-x); at -∞ its limit 0.
INLINE float silu_of(float x) { return CHOOSE(x < -120.0f, -0.0f, x * sigmoid_of(x)); }

// s (1 + x (1 - s)), s = sigmoid(x); 1 - s is computed as sigmoid(-x).
INLINE float silu_slope_of(float x) {
  float c = CHOOSE(x > 120.0f, 120.0f, x);
  c = CHOOSE(c < -120.0f, -120.0f, c);
  float e = exp_of_negative(-__builtin_elementwise_abs(c)), d = 1.0f / (1.0f + e), other = e * d;
  float s = CHOOSE(c < 0.0f, other, d), t = CHOOSE(c < 0.0f, d, other);
  return s * (1.0f + c * t);
}

INLINE float relu_of(float x) { return CHOOSE(x < 0.0f, 0.0f, x); }
