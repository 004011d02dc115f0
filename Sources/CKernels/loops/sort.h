// Radix sort by digits of eleven bits, the lowest first. All digits are counted in one pass; a digit that is the same
// for all numbers, as the last ones of single precision are, is passed over.

#define DIGIT_BITS 11
#define DIGITS 6

// A number's bits in an order that is the numbers': negative ones reversed, below the others.
INLINE uint64_t ordered(uint64_t bits) { return bits ^ ((uint64_t)((int64_t)bits >> 63) | 0x8000000000000000u); }
INLINE uint64_t unordered(uint64_t key) {
  return key ^ ((uint64_t)((int64_t)(~key) >> 63) | 0x8000000000000000u);
}

static void rl_sort_loop(double *x, double *scratch, size_t n) {
  static const uint64_t mask = (1u << DIGIT_BITS) - 1;
  uint32_t counts[DIGITS][1u << DIGIT_BITS];
  __builtin_memset(counts, 0, sizeof counts);
  for (size_t i = 0; i < n; i++) {
    uint64_t key;
    __builtin_memcpy(&key, x + i, 8);
    key = ordered(key);
    __builtin_memcpy(x + i, &key, 8);
    for (int d = 0; d < DIGITS; d++) counts[d][key >> (d * DIGIT_BITS) & mask]++;
  }
  double *from = x, *to = scratch;
  for (int d = 0; d < DIGITS && n > 0; d++) {
    uint64_t first;
    __builtin_memcpy(&first, from, 8);
    if (counts[d][first >> (d * DIGIT_BITS) & mask] == n) continue;
    uint32_t place = 0;
    for (size_t k = 0; k <= mask; k++) {
      uint32_t count = counts[d][k];
      counts[d][k] = place;
      place += count;
    }
    for (size_t i = 0; i < n; i++) {
      uint64_t key;
      __builtin_memcpy(&key, from + i, 8);
      __builtin_memcpy(to + counts[d][key >> (d * DIGIT_BITS) & mask]++, &key, 8);
    }
    double *swapped = from;
    from = to;
    to = swapped;
  }
  for (size_t i = 0; i < n; i++) {
    uint64_t key;
    __builtin_memcpy(&key, from + i, 8);
    key = unordered(key);
    __builtin_memcpy(x + i, &key, 8);
  }
}
