// A hash table of words, open addressing.

// Words that are looked up together, so that their slots come from memory at the same time.
enum { LOOKUPS = 32 };

// All bits of a chunk in all bits of the hash: the two halves of a product of 128 bits.
INLINE uint64_t mixed(uint64_t hash, uint64_t chunk) {
  const unsigned __int128 product = (unsigned __int128)(hash ^ chunk) * 0xd6e8feb86659fd93u;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Eight bytes at a time, the last ones twice where they are no eight.
INLINE uint64_t hash_of(const uint8_t *word, size_t length) {
  uint64_t hash = length * 0x9e3779b97f4a7c15u;
  if (length < 8) return length == 0 ? 0 : mixed(hash, load8(word + length - 8) >> (64 - 8 * length));
  for (size_t at = 0; at + 8 < length; at += 8) hash = mixed(hash, load8(word + at));
  return mixed(hash, load8(word + length - 8));
}

INLINE int are_equal(const uint8_t *a, const uint8_t *b, size_t length) {
  if (length < 8) return length == 0 || (load8(a + length - 8) ^ load8(b + length - 8)) >> (64 - 8 * length) == 0;
  for (size_t at = 0; at + 8 < length; at += 8) {
    if (load8(a + at) != load8(b + at)) return 0;
  }
  return load8(a + length - 8) == load8(b + length - 8);
}

INLINE int is_blank(const uint8_t *word, size_t length) {
  size_t at = 0;
  while (at < length && (word[at] == ' ' || word[at] == '\t')) at++;
  return at == length;
}

static size_t rl_csv_words_loop(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, RLWords *words,
                                size_t most, int takes_blank, int32_t *codes,
                                size_t *empty) {
  const size_t mask = words->mask;
  RLWordSlot *const slots = words->slots;
  uint64_t hashes[LOOKUPS];
  for (size_t from = 0; from < n; from += LOOKUPS) {
    const size_t group = n - from < LOOKUPS ? n - from : LOOKUPS;
    for (size_t i = 0; i < group; i++) {
      const RLField field = fields[(from + i) * stride];
      hashes[i] = hash_of(bytes + field.start, field.end - field.start);
      __builtin_prefetch(slots + (hashes[i] & mask));
    }
    for (size_t i = 0; i < group; i++) {
      const RLField field = fields[(from + i) * stride];
      const uint8_t *word = bytes + field.start;
      const size_t length = field.end - field.start;
      if (length == 0) {
        codes[from + i] = -1;
        ++*empty;
        continue;
      }
      const uint32_t upper = (uint32_t)(hashes[i] >> 32);
      size_t place = hashes[i] & mask;
      int32_t code;
      while ((code = slots[place].number - 1) >= 0) {
        if (slots[place].hash == upper) {
          const size_t start = code ? words->ends[code - 1] : 0;
          if (words->ends[code] - start == length && are_equal(words->bytes + start, word, length)) break;
        }
        place = (place + 1) & mask;
      }
      if (code < 0) {
        const size_t count = words->count, start = count ? words->ends[count - 1] : 0;
        if (count >= most || count >= words->room || start + length > words->byte_room) return from + i;
        if (!takes_blank && is_blank(word, length)) return from + i;
        __builtin_memcpy(words->bytes + start, word, length);
        words->ends[count] = start + length;
        words->count = count + 1;
        slots[place] = (RLWordSlot){(int32_t)count + 1, upper};
        code = (int32_t)count;
      }
      codes[from + i] = code;
    }
  }
  return n;
}

static void rl_csv_index_loop(RLWords *words) {
  uint64_t hashes[LOOKUPS];
  for (size_t from = 0; from < words->count; from += LOOKUPS) {
    const size_t group = words->count - from < LOOKUPS ? words->count - from : LOOKUPS;
    for (size_t i = 0; i < group; i++) {
      const size_t start = from + i ? words->ends[from + i - 1] : 0;
      hashes[i] = hash_of(words->bytes + start, words->ends[from + i] - start);
      __builtin_prefetch(words->slots + (hashes[i] & words->mask));
    }
    for (size_t i = 0; i < group; i++) {
      size_t place = hashes[i] & words->mask;
      while (words->slots[place].number > 0) place = (place + 1) & words->mask;
      words->slots[place] = (RLWordSlot){(int32_t)(from + i) + 1, (uint32_t)(hashes[i] >> 32)};
    }
  }
}
