// Sums over the rows of a leaf, for every bin of every feature. Words of 32 bits are summed in a block that stays in
// the nearest caches, and go on into 64 bits before a half of one could overflow.

// A word's rows are taken together, so many that a chunk alone never overflows: 128 * 255 < 2^15.
#define CHUNK_OF_ROWS 128
#define PREFETCHED_ROWS 16

static void rl_tree_range_loop(const float *gradients, const float *hessians, size_t n, float *out) {
  float g[LANES] = {0}, squares[LANES] = {0}, h[LANES] = {0}, least[LANES];
  for (size_t i = 0; i < LANES; i++) least[i] = __builtin_inff();
  for (size_t start = 0; start < n; start += LANES) {
    size_t width = n - start < LANES ? n - start : LANES;
    VECTOR for (size_t i = 0; i < width; i++) {
      float gradient = __builtin_elementwise_abs(gradients[start + i]);
      float hessian = __builtin_elementwise_abs(hessians[start + i]);
      g[i] = CHOOSE(gradient > g[i], gradient, g[i]);
      squares[i] += gradient * gradient;
      h[i] = CHOOSE(hessian > h[i], hessian, h[i]);
      least[i] = CHOOSE(hessian < least[i], hessian, least[i]);
    }
  }
  out[0] = maximum_of_lanes(load(g));
  out[1] = sum_of_lanes(load(squares));
  out[2] = maximum_of_lanes(load(h));
  out[3] = -maximum_of_lanes(-load(least));
}

static void rl_tree_words_loop(const float *gradients, const float *hessians, float gradient_scale,
                               float hessian_scale, uint64_t key, uint64_t stream, uint32_t *words, size_t n) {
  for (size_t start = 0; start < n; start += CHUNK_OF_WORDS) {
    size_t count = n - start < CHUNK_OF_WORDS ? n - start : CHUNK_OF_WORDS;
    uint32_t random[CHUNK_OF_WORDS];
    rl_philox_loop(key, stream, start / 4, random, (count + 3) / 4 * 4);
    const float *g = gradients + start, *h = hessians + start;
    uint32_t *out = words + start;
    VECTOR for (size_t i = 0; i < count; i++) {
      float up = (float)(int32_t)(random[i] & 0xffff) * 0x1p-16f, also_up = (float)(int32_t)(random[i] >> 16) * 0x1p-16f;
      float gradient = __builtin_elementwise_floor(g[i] * gradient_scale + up);
      float hessian = __builtin_elementwise_floor(h[i] * hessian_scale + also_up);
      out[i] = ((uint32_t)(int32_t)gradient << 16) + (uint32_t)(int32_t)hessian;
    }
  }
}

INLINE uint64_t widened_word(uint32_t word) {
  return ((uint64_t)(int64_t)((int32_t)word >> 16) << 32) + (uint64_t)(word & 0xffff);
}

INLINE void flush_block(uint32_t *block, uint64_t *sums, size_t n, int is_first) {
  if (is_first) {
    VECTOR for (size_t i = 0; i < n; i++) {
      sums[i] = widened_word(block[i]);
      block[i] = 0;
    }
  } else {
    VECTOR for (size_t i = 0; i < n; i++) {
      sums[i] += widened_word(block[i]);
      block[i] = 0;
    }
  }
}

static void rl_tree_histogram_loop(const uint8_t *bins, size_t stride, size_t features, const int32_t *rows, size_t n,
                                   const uint32_t *words, uint32_t *block, uint64_t *sums) {
  size_t eights = features / 8, rest = features % 8;
  uint32_t gradients = 0, hessians = 0;
  int is_first = 1;
  for (size_t start = 0; start < n; start += CHUNK_OF_ROWS) {
    size_t count = n - start < CHUNK_OF_ROWS ? n - start : CHUNK_OF_ROWS;
    const int32_t *chunk = rows + start;
    uint32_t own[CHUNK_OF_ROWS], more_gradients = 0, more_hessians = 0;
    VECTOR for (size_t i = 0; i < count; i++) {
      uint32_t word = words[chunk[i]];
      own[i] = word;
      more_gradients += (uint32_t)__builtin_elementwise_abs((int32_t)word >> 16);
      more_hessians += word & 0xffff;
    }
    if (gradients + more_gradients > 32767 || hessians + more_hessians > 65535) {
      flush_block(block, sums, 256 * features, is_first);
      gradients = hessians = 0;
      is_first = 0;
    }
    gradients += more_gradients;
    hessians += more_hessians;
    size_t left = n - start;
    for (size_t i = 0; i < count; i++) {
      const uint8_t *row = bins + (size_t)chunk[i] * stride;
      size_t ahead = i + PREFETCHED_ROWS < left ? i + PREFETCHED_ROWS : left - 1;
      const uint8_t *next = bins + (size_t)chunk[ahead] * stride;
      __builtin_prefetch(next);
      __builtin_prefetch(next + stride - 1);
      uint32_t word = own[i], *place = block;
      uint64_t eight = 0;
      for (size_t e = 0; e < eights; e++, place += 8 * 256, row += 8) {
        __builtin_memcpy(&eight, row, 8);
        place[eight & 255] += word;
        place[256 + (eight >> 8 & 255)] += word;
        place[512 + (eight >> 16 & 255)] += word;
        place[768 + (eight >> 24 & 255)] += word;
        place[1024 + (eight >> 32 & 255)] += word;
        place[1280 + (eight >> 40 & 255)] += word;
        place[1536 + (eight >> 48 & 255)] += word;
        place[1792 + (eight >> 56)] += word;
      }
      if (rest) __builtin_memcpy(&eight, row, 8);
      switch (rest) {
        case 7: place[1536 + (eight >> 48 & 255)] += word; __attribute__((fallthrough));
        case 6: place[1280 + (eight >> 40 & 255)] += word; __attribute__((fallthrough));
        case 5: place[1024 + (eight >> 32 & 255)] += word; __attribute__((fallthrough));
        case 4: place[768 + (eight >> 24 & 255)] += word; __attribute__((fallthrough));
        case 3: place[512 + (eight >> 16 & 255)] += word; __attribute__((fallthrough));
        case 2: place[256 + (eight >> 8 & 255)] += word; __attribute__((fallthrough));
        case 1: place[eight & 255] += word;
      }
    }
  }
  flush_block(block, sums, 256 * features, is_first);
}

static void rl_tree_subtract_loop(uint64_t *sums, const uint64_t *part, size_t n) {
  VECTOR for (size_t i = 0; i < n; i++) sums[i] -= part[i];
}
