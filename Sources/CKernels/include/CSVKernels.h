#pragma once
#include <stddef.h>
#include <stdint.h>

// Loops over CSV text: where its fields are, and what plain ones stand for. All buffers of text have 64 bytes more in
// front and behind that may be read, whatever they hold. Results are the same in every variant.

// A field without its quotes: bytes start ..< end.
typedef struct {
  uint32_t start, end;
} RLField;

typedef struct {
  uint8_t delimiter;
  // LF, where a CR in front of it belongs to the line end, or CR
  uint8_t line_end;
  // spaces in front of a field do not belong to it
  uint8_t skips_spaces;
  // no bytes follow those that are there
  uint8_t is_last;
  // how many fields a record should have; 0 for any number
  uint32_t columns;
} RLCSVDialect;

// Where a reading of records is.
typedef struct {
  // of the next record: its first byte, and its line
  size_t position, line;
  // those found
  size_t records, fields;
  // where a record is malformed
  size_t problem_position, problem_line;
  // all bytes looked at are ASCII
  int is_ascii;
} RLCSVScan;

// Why no more records were found.
typedef enum {
  // as many as there may be, or as many as there is room for
  RL_CSV_FULL,
  // a single record has nearly as many fields as there is room for, or more
  RL_CSV_NO_ROOM,
  // the bytes end before the next record does
  RL_CSV_MORE,
  // the next record has another number of fields
  RL_CSV_OTHER_COUNT,
  // the bytes end within quotes, which were opened at `problem_line`
  RL_CSV_OPEN_QUOTE,
  // neither a delimiter nor a line end follows a closing quote
  RL_CSV_TEXT_AFTER_QUOTE,
} RLCSVOutcome;

// Finds at most `limit` whole records from `scan->position` on, in bytes 0 ..< end, fewer than 2^31. Fields lie one
// record's after another's; lines[i] is where record i begins. Doubled quotes become single ones, in place. Records
// that were found are left behind; `scan->fields` includes those of a malformed one.
RLCSVOutcome rl_csv_records(uint8_t *bytes, size_t end, const RLCSVDialect *dialect, RLCSVScan *scan, RLField *fields,
                            size_t room, intptr_t *lines, size_t limit);

// The numbers of fields[0], fields[stride] and so on: `-`, digits, `decimal`, digits, correctly rounded; NaN for an
// empty field, which `empty` counts. Stops where a field is anything else, or has too many digits for this loop;
// returns how many were read.
size_t rl_csv_numbers(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, uint8_t decimal,
                      double *values, size_t *empty);

// The same for seconds since 1970 of `YYYY-MM-DD`, with ` HH:MM` or ` HH:MM:SS` (or `T`), and with `Z` after those.
size_t rl_csv_dates(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, double *values,
                    size_t *empty);

// A place of a hash table: a word's number, counted from 1, or 0, and the upper half of its hash.
typedef struct {
  int32_t number;
  uint32_t hash;
} RLWordSlot;

// Different words, one after another: word i ends at ends[i].
typedef struct {
  uint8_t *bytes;
  size_t *ends;
  size_t count;
  // how many words and bytes there is room for
  size_t room, byte_room;
  // as many as `mask` + 1, a power of two, and twice `room` or more
  RLWordSlot *slots;
  size_t mask;
} RLWords;

// The numbers from 0 of the words that fields hold, -1 for an empty one, which `empty` counts. A new word is added while there are fewer than
// `most` and room for it, and it is not blank, which is nothing but spaces and tabs, or those are taken. Stops at any
// other; returns how many were read.
size_t rl_csv_words(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, RLWords *words, size_t most,
                    int takes_blank, int32_t *codes, size_t *empty);
// Fills slots that are 0 with the words.
void rl_csv_index(RLWords *words);
