// Where the fields of CSV are. A block of 64 bytes becomes a mask of its delimiters, line ends and quotes (Langdale and
// Lemire 2019), and only these are looked at one by one.

typedef uint8_t Bytes64 __attribute__((vector_size(64)));
typedef _Bool Bits64 __attribute__((ext_vector_type(64)));

INLINE uint64_t mask_of(Bits64 mask) {
  uint64_t bits;
  __builtin_memcpy(&bits, &mask, 8);
  return bits;
}

INLINE uint64_t equal_bits(Bytes64 block, uint8_t byte) {
  return mask_of(__builtin_convertvector(block == ((Bytes64){} + byte), Bits64));
}

// Doubled quotes of fields that have the mark become single ones.
#define HAS_ESCAPES 0x80000000u
static void unescape(uint8_t *bytes, RLField *fields, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!(fields[i].end & HAS_ESCAPES)) continue;
    uint32_t to = fields[i].start, end = fields[i].end & ~HAS_ESCAPES;
    for (uint32_t from = to; from < end; from += bytes[from] == '"' ? 2 : 1) bytes[to++] = bytes[from];
    fields[i].end = to;
  }
}

static RLCSVOutcome rl_csv_records_loop(uint8_t *bytes, size_t end, const RLCSVDialect *dialect, RLCSVScan *scan,
                                        RLField *fields, size_t room, intptr_t *lines, size_t limit) {
  const uint8_t delimiter = dialect->delimiter, line_end = dialect->line_end;
  const int skips_spaces = dialect->skips_spaces;
  const size_t columns = dialect->columns;
  enum { PLAIN, QUOTED, CLOSED } state = PLAIN;
  RLCSVOutcome outcome = RL_CSV_FULL;
  // The current field and record.
  size_t start = scan->position, close = 0, second_quote = 0, open_line = 0;
  uint32_t field_mark = 0, record_mark = 0;
  size_t count = 0, first = 0, line = scan->line, lines_within = 0, position = start, records = 0;
  Bytes64 all = {};
#define SKIP_SPACES while (skips_spaces && start < end && bytes[start] == ' ') start++
  SKIP_SPACES;
  // The last line need not end: there is room for a line end behind it.
  if (dialect->is_last) bytes[end] = line_end;
  const size_t known = end + (dialect->is_last && position < end);
  for (size_t base = position; base < known; base += 64) {
    Bytes64 block;
    __builtin_memcpy(&block, bytes + base, 64);
    const uint64_t ends = equal_bits(block, line_end), quotes = equal_bits(block, '"');
    uint64_t stops = equal_bits(block, delimiter) | ends | quotes;
    // Most blocks have none, and are gone through in a few instructions a field.
    const int has_quotes = quotes != 0 || state != PLAIN;
    if (room - count < 65) {
      outcome = records ? RL_CSV_FULL : RL_CSV_NO_ROOM;
      goto done;
    }
    if (known - base < 64) {
      stops &= ~0ull >> (64 - (known - base));
      for (size_t i = base; i < end; i++) all[0] |= bytes[i];
    } else {
      all |= block;
    }
    for (; stops; stops &= stops - 1) {
      const size_t at = base + (size_t)__builtin_ctzll(stops);
      const int is_line_end = (stops & -stops & ends) != 0;
      if (has_quotes && state == QUOTED) {
        if (bytes[at] != '"') {
          lines_within += is_line_end;
        } else if (at == second_quote) {
          second_quote = 0;
        } else if (at + 1 < end && bytes[at + 1] == '"') {
          second_quote = at + 1;
          field_mark = record_mark = HAS_ESCAPES;
        } else {
          state = CLOSED;
          close = at;
          size_t next = at + 1;
          if (next < end && bytes[next] == '\r' && line_end != '\r') next++;
          if (next < end && bytes[next] != line_end && (bytes[next] != delimiter || next > at + 1)) {
            scan->problem_position = at + 1;
            scan->problem_line = line + lines_within;
            fields[count++] = (RLField){(uint32_t)start, (uint32_t)close};
            outcome = RL_CSV_TEXT_AFTER_QUOTE;
            goto done;
          }
        }
        continue;
      }
      if (has_quotes && bytes[at] == '"') {
        // Elsewhere than at a field's beginning it is a character as any other.
        if (state == PLAIN && at == start) {
          state = QUOTED;
          start = at + 1;
          open_line = lines_within;
        }
        continue;
      }
      size_t stop = has_quotes && state == CLOSED ? close : at;
      if (!is_line_end) {
        fields[count++] = (RLField){(uint32_t)start, (uint32_t)stop | field_mark};
      } else {
        // A carriage return belongs to the line end, not to the field.
        if (state == PLAIN && stop > start && bytes[stop - 1] == '\r') stop--;
        fields[count++] = (RLField){(uint32_t)start, (uint32_t)stop | field_mark};
        if (columns && count - first != columns) {
          outcome = RL_CSV_OTHER_COUNT;
          goto done;
        }
        if (record_mark) unescape(bytes, fields + first, count - first);
        lines[records++] = (intptr_t)line;
        line += lines_within + 1;
        position = at < end ? at + 1 : end;
        first = count;
        lines_within = record_mark = 0;
        if (records == limit || position == end) {
          outcome = records == limit ? RL_CSV_FULL : RL_CSV_MORE;
          goto done;
        }
      }
      field_mark = 0;
      state = PLAIN;
      start = at + 1;
      SKIP_SPACES;
    }
  }
  outcome = RL_CSV_MORE;
  if (dialect->is_last && state == QUOTED) {
    outcome = RL_CSV_OPEN_QUOTE;
    scan->problem_line = line + open_line;
  }
done:
  if (outcome != RL_CSV_OPEN_QUOTE && outcome != RL_CSV_TEXT_AFTER_QUOTE) count = first;
  for (size_t i = first; i < count; i++) fields[i].end &= ~HAS_ESCAPES;
  scan->position = position;
  scan->line = line;
  scan->records = records;
  scan->fields = count;
  scan->is_ascii = mask_of(__builtin_convertvector(all >= ((Bytes64){} + 0x80), Bits64)) == 0;
  return outcome;
#undef SKIP_SPACES
}
