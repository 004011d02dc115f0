// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): a block of four words is a function of a key and a counter, so
// blocks are independent of each other and of the order they are made in.

typedef struct {
  uint32_t word[4];
} Block;

INLINE Block philox(uint64_t key, uint64_t stream, uint64_t block) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)0xD2511F53 * c0, b = (uint64_t)0xCD9E8D57 * c2;
    c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)b;
    c3 = (uint32_t)a;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return (Block){{c0, c1, c2, c3}};
}

// Blocks [block, block + n / 4) and, where n is no multiple of four, the first words of one more.
static void rl_philox_loop(uint64_t key, uint64_t stream, uint64_t block, uint32_t *words, size_t n) {
  size_t full = n / 4;
  VECTOR for (size_t i = 0; i < full; i++) {
    Block b = philox(key, stream, block + i);
    words[4 * i] = b.word[0];
    words[4 * i + 1] = b.word[1];
    words[4 * i + 2] = b.word[2];
    words[4 * i + 3] = b.word[3];
  }
  if (n % 4) {
    Block b = philox(key, stream, block + full);
    for (size_t i = 0; i < n % 4; i++) words[4 * full + i] = b.word[i];
  }
}

// The words of n floats, in chunks on the stack, each turned into floats while it is in the first-level cache.
#define CHUNK_OF_WORDS 1024
#define FILL(convert) \
  for (size_t start = 0; start < n; start += CHUNK_OF_WORDS) { \
    size_t count = n - start < CHUNK_OF_WORDS ? n - start : CHUNK_OF_WORDS; \
    uint32_t words[CHUNK_OF_WORDS]; \
    rl_philox_loop(key, stream, block + start / 4, words, (count + 3) / 4 * 4); \
    convert(words, out + start, count); \
  }

// The upper 24 bits as a multiple of 2^-24: every value in [0, 1) equally likely, 1 never.
INLINE float unit_of(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }

INLINE void uniform_from(const uint32_t *words, float *out, size_t n) {
  VECTOR for (size_t i = 0; i < n; i++) out[i] = unit_of(words[i]);
}

// Box & Muller (1958): words 0 and 1 of a block give numbers 0 and 1, words 2 and 3 give 2 and 3. The radius takes
// 1 - u, which is never 0; the angle is a turn in [-1/2, 1/2), brought to |r| ≤ 1/8 of a turn before the polynomials.
INLINE void normal_pair(uint32_t first, uint32_t second, float *a, float *b) {
  float radius = __builtin_elementwise_sqrt(-2.0f * log_of(1.0f - unit_of(first)));
  int32_t turn = (int32_t)second;
  int32_t quadrant = (int32_t)(((uint32_t)turn + 0x20000000u) >> 30);
  float r = (float)(int32_t)((uint32_t)turn - ((uint32_t)quadrant << 30)) * 1.4629180792671596e-9f;  // 2π / 2^32
  float s = r * r;
  float sine, cosine;
  float p = -1.95175552702e-4f;
  p = p * s + 8.33218057188e-3f;
  p = p * s - 0.166666549971f;
  float sin_r = r + r * (s * p);
  float q = 2.44336875089e-5f;
  q = q * s - 1.3887321692e-3f;
  q = q * s + 4.16666458182e-2f;
  float cos_r = 1.0f - (0.5f * s - s * s * q);
  TURN(quadrant, sin_r, cos_r, &sine, &cosine);
  *a = radius * cosine;
  *b = radius * sine;
}

INLINE void normal_from(const uint32_t *words, float *out, size_t n) {
  size_t pairs = n / 2;
  VECTOR for (size_t i = 0; i < pairs; i++) normal_pair(words[2 * i], words[2 * i + 1], &out[2 * i], &out[2 * i + 1]);
  if (n % 2) {
    float unused;
    normal_pair(words[n - 1], words[n], &out[n - 1], &unused);
  }
}

static void rl_uniform_loop(uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n) { FILL(uniform_from) }
static void rl_normal_loop(uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n) { FILL(normal_from) }
