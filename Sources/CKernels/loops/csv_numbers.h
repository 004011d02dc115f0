// Decimal numbers, eight digits at a time, correctly rounded.

INLINE uint64_t load8(const uint8_t *bytes) {
  uint64_t word;
  __builtin_memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

#define EVERY_BYTE 0x0101010101010101u

// Whether all eight characters are digits.
INLINE int are_digits(uint64_t word) {
  return ((word & 0xF0 * EVERY_BYTE) | (((word + 6 * EVERY_BYTE) & 0xF0 * EVERY_BYTE) >> 4)) == 0x33 * EVERY_BYTE;
}

// The number of eight digits, the first in the lowest byte: pairs, then fours, then all (Lemire, "Quickly parsing
// eight digits", 2018).
INLINE uint64_t eight_digits(uint64_t word) {
  word = (word & 0x0F * EVERY_BYTE) * 2561 >> 8;
  word = (word & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
  return (word & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
}

// The bytes of `word` that are `byte`: the high bit of the lowest of them is exact.
INLINE uint64_t marks(uint64_t word, uint8_t byte) {
  uint64_t other = word ^ byte * EVERY_BYTE;
  return (other - EVERY_BYTE) & ~other & 0x80 * EVERY_BYTE;
}

// The first 128 bits of 10^-scale, rounded up (Lemire 2021, "Number parsing at a gigabyte per second").
static const uint64_t negative_powers_of_ten[20][2] = {
    {0x8000000000000000, 0x0000000000000000}, {0xcccccccccccccccc, 0xcccccccccccccccd},
    {0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4}, {0x83126e978d4fdf3b, 0x645a1cac083126ea},
    {0xd1b71758e219652b, 0xd3c36113404ea4a9}, {0xa7c5ac471b478423, 0x0fcf80dc33721d54},
    {0x8637bd05af6c69b5, 0xa63f9a49c2c1b110}, {0xd6bf94d5e57a42bc, 0x3d32907604691b4d},
    {0xabcc77118461cefc, 0xfdc20d2b36ba7c3e}, {0x89705f4136b4a597, 0x31680a88f8953031},
    {0xdbe6fecebdedd5be, 0xb573440e5a884d1c}, {0xafebff0bcb24aafe, 0xf78f69a51539d749},
    {0x8cbccc096f5088cb, 0xf93f87b7442e45d4}, {0xe12e13424bb40e13, 0x2865a5f206b06fba},
    {0xb424dc35095cd80f, 0x538484c19ef38c95}, {0x901d7cf73ab0acd9, 0x0f9d37014bf60a11},
    {0xe69594bec44de15b, 0x4c2ebe687989a9b4}, {0xb877aa3236a4b449, 0x09befeb9fad487c3},
    {0x9392ee8e921d5d07, 0x3aff322e62439fd0}, {0xec1e4a7db69561a5, 0x2b31e9e3d06c32e6},
};

static const double powers_of_ten[20] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};

// mantissa / 10^scale for a scale of at most 19. Exact where both are doubles (Clinger 1990), else by Lemire 2021,
// whose result for such scales is always the nearest double.
INLINE double decimal_value(uint64_t mantissa, size_t scale) {
  if (mantissa <= (uint64_t)1 << 53) return (double)mantissa / powers_of_ten[scale];
  const uint64_t *power = negative_powers_of_ten[scale];
  const int zeros = __builtin_clzll(mantissa);
  const uint64_t shifted = mantissa << zeros;
  unsigned __int128 product = (unsigned __int128)shifted * power[0];
  uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
  if ((high & 0x1FF) == 0x1FF) {
    const uint64_t more = (uint64_t)((unsigned __int128)shifted * power[1] >> 64);
    low += more;
    if (more > low) high++;
  }
  const int upper = (int)(high >> 63);
  uint64_t digits = high >> (upper + 9);
  // log2 of 10^-scale, rounded down, for the exponent of the first bit.
  int exponent = (int)((217706 * -(int64_t)scale) >> 16) + 63 + upper - zeros + 1023;
  // Half way between two doubles: to the even one.
  if (low <= 1 && scale <= 4 && (digits & 3) == 1 && digits << (upper + 9) == high) digits &= ~(uint64_t)1;
  digits += digits & 1;
  digits >>= 1;
  if (digits >= (uint64_t)2 << 52) {
    digits = (uint64_t)1 << 52;
    exponent++;
  }
  const uint64_t bits = (digits & ~((uint64_t)1 << 52)) | (uint64_t)exponent << 52;
  double value;
  __builtin_memcpy(&value, &bits, 8);
  return value;
}

// A number of up to 19 digits, one by one.
static int read_long_number(const uint8_t *at, const uint8_t *end, uint8_t decimal, double *value) {
  uint64_t mantissa = 0;
  size_t digits = 0, scale = 0;
  for (; at < end && (uint8_t)(*at - '0') < 10; at++, digits++) mantissa = mantissa * 10 + (uint8_t)(*at - '0');
  if (at < end && *at == decimal) {
    const uint8_t *point = ++at;
    for (; at < end && (uint8_t)(*at - '0') < 10; at++, digits++) mantissa = mantissa * 10 + (uint8_t)(*at - '0');
    scale = (size_t)(at - point);
  }
  if (at < end || digits == 0 || digits > 19) return 0;
  *value = decimal_value(mantissa, scale);
  return 1;
}

// The number in start ..< end; 0 where it is no plain one.
INLINE int read_number(const uint8_t *start, const uint8_t *end, uint8_t decimal, double *value) {
  const int is_negative = *start == '-';
  start += is_negative;
  const size_t length = (size_t)(end - start);
  if (__builtin_expect(length - 1 >= 16, 0)) {
    if (!read_long_number(start, end, decimal, value)) return 0;
  } else {
    // The characters, to the right, with zeros in front.
    uint64_t low = load8(end - 8), high = '0' * EVERY_BYTE;
    if (length < 8) {
      const uint64_t others = ~(uint64_t)0 >> 8 * length;
      low = (low & ~others) | (high & others);
    } else if (length > 8) {
      const uint64_t others = length == 16 ? 0 : ~(uint64_t)0 >> 8 * (length - 8);
      high = (load8(end - 16) & ~others) | (high & others);
    }
    // What stands in front of the point moves over it.
    size_t scale = 0;
    uint64_t point = marks(low, decimal);
    if (point) {
      const int at = __builtin_ctzll(point) - 7;
      const uint64_t before = ((uint64_t)1 << at) - 1;
      scale = (size_t)(56 - at) / 8;
      low = (low & ~(before << 8 | 0xFF)) | (low & before) << 8 | high >> 56;
      high = high << 8 | '0';
    } else if (length > 8 && (point = marks(high, decimal))) {
      const int at = __builtin_ctzll(point) - 7;
      const uint64_t before = ((uint64_t)1 << at) - 1;
      scale = (size_t)(120 - at) / 8;
      high = (high & ~(before << 8 | 0xFF)) | (high & before) << 8 | '0';
    }
    if (!are_digits(low) || length <= (point != 0)) return 0;
    uint64_t mantissa = eight_digits(low);
    if (length > 8) {
      if (!are_digits(high)) return 0;
      mantissa += 100000000 * eight_digits(high);
    }
    *value = decimal_value(mantissa, scale);
  }
  if (is_negative) *value = -*value;
  return 1;
}

static size_t rl_csv_numbers_loop(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n,
                                  uint8_t decimal, double *values, size_t *empty) {
  for (size_t i = 0; i < n; i++, fields += stride) {
    if (fields->start == fields->end) {
      values[i] = __builtin_nan("");
      ++*empty;
    } else if (!read_number(bytes + fields->start, bytes + fields->end, decimal, values + i)) {
      return i;
    }
  }
  return n;
}
