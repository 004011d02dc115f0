// ISO dates, and times of day after them.

// The number of two digits, the first in the low byte; 100 or more where they are none.
INLINE uint32_t two_digits(const uint8_t *bytes) {
  const uint32_t tens = (uint8_t)(bytes[0] - '0'), ones = (uint8_t)(bytes[1] - '0');
  return tens < 10 && ones < 10 ? 10 * tens + ones : 100;
}

// Days since 1970 of the proleptic Gregorian calendar, from years that begin with March so that leap days come last.
INLINE int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
  const int64_t shifted = month > 2 ? year : year - 1, from_march = (month + 9) % 12;
  const int64_t leap_days = (shifted + 400) / 4 - (shifted + 400) / 100 + (shifted + 400) / 400 - 97;
  return 365 * shifted + leap_days + (153 * from_march + 2) / 5 + day - 719469;
}

INLINE int read_date(const uint8_t *at, size_t length, double *value) {
  static const uint8_t days[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (length < 10 || length > 20) return 0;
  const uint32_t century = two_digits(at), of_century = two_digits(at + 2), month = two_digits(at + 5),
                 day = two_digits(at + 8);
  const uint32_t year = 100 * century + of_century;
  if (century > 99 || of_century > 99 || at[4] != '-' || at[7] != '-' || month - 1 > 11 || day - 1 >= days[month])
    return 0;
  if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0))) return 0;
  int64_t seconds = 86400 * days_since_1970(year, month, day);
  if (length > 10) {
    length -= at[length - 1] == 'Z';
    if ((length != 16 && length != 19) || (at[10] != ' ' && at[10] != 'T') || at[13] != ':') return 0;
    const uint32_t hour = two_digits(at + 11), minute = two_digits(at + 14);
    if (hour > 23 || minute > 59) return 0;
    seconds += 60 * (60 * hour + minute);
    if (length == 19) {
      const uint32_t second = two_digits(at + 17);
      if (at[16] != ':' || second > 60) return 0;
      seconds += second;
    }
  }
  *value = (double)seconds;
  return 1;
}

static size_t rl_csv_dates_loop(const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, double *values,
                                size_t *empty) {
  for (size_t i = 0; i < n; i++, fields += stride) {
    if (fields->start == fields->end) {
      values[i] = __builtin_nan("");
      ++*empty;
    } else if (!read_date(bytes + fields->start, fields->end - fields->start, values + i)) {
      return i;
    }
  }
  return n;
}
