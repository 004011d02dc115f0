#include <math.h>

#include "CMuJoCo.h"

// Each operation rounds by itself.
#pragma STDC FP_CONTRACT OFF

static double clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

// `term` is of the number x.
#define PAIRWISE_SUM(name, number, term)                                                                \
  static number name(const number *numbers, int64_t count, double low, double high) {                  \
    number parts[8], total = 0;                                                                         \
    (void)low, (void)high;                                                                              \
    if (count > 128) {                                                                                  \
      int64_t half = count / 2 - count / 2 % 8;                                                         \
      return name(numbers, half, low, high) + name(numbers + half, count - half, low, high);            \
    }                                                                                                   \
    int64_t next = 0;                                                                                   \
    for (; next + 8 <= count; next += 8)                                                                \
      for (int lane = 0; lane < 8; lane++) {                                                            \
        number x = numbers[next + lane];                                                                \
        parts[lane] = next == 0 ? (term) : parts[lane] + (term);                                        \
      }                                                                                                 \
    if (next > 0)                                                                                       \
      total = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7])); \
    for (; next < count; next++) {                                                                      \
      number x = numbers[next];                                                                         \
      total += (term);                                                                                  \
    }                                                                                                   \
    return total;                                                                                       \
  }

PAIRWISE_SUM(sum, double, x)
PAIRWISE_SUM(sum_of_squares_float, float, x *x)
PAIRWISE_SUM(sum_of_squares, double, clip(x, low, high) * clip(x, low, high))

double rl_mujoco_sum(const double *numbers, int64_t count) { return sum(numbers, count, 0, 0); }

float rl_mujoco_sum_of_squares_float(const float *numbers, int64_t count) {
  return sum_of_squares_float(numbers, count, 0, 0);
}

double rl_mujoco_sum_of_squares(const double *numbers, int64_t count, double low, double high) {
  return sum_of_squares(numbers, count, low, high);
}

double rl_mujoco_power(double base, double exponent) { return pow(base, exponent); }
