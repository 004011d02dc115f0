#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- Gradient-boosted trees ----
//
// Features are binned: a value's bin is a byte, so that a feature has up to 256 of them. Rows of bins lie side by side
// (`bins` [rows, stride], a stride of whole eights), and once more column by column.
//
// A row's gradient and second derivative are small whole numbers in one word: the gradient, signed, in the upper 16
// bits, the other in the lower 16. Sums of words are words, of 64 bits: the gradients' in the upper half. Their order
// makes no difference, for they are exact.

// Sorts ascending, -0 before 0; `scratch` has room for n. To be called without NaN.
void rl_sort(double *x, double *scratch, size_t n);
// How many bounds are below each of the equal cells between the least and the largest of them.
#define GRID_CELLS 256
typedef struct {
  double low, scale;
  // The largest power of two among the numbers of bounds that a search in a cell goes ahead by; 0 where there is no bound.
  int32_t first_step;
  uint8_t starts[GRID_CELLS];
} RLTreeGrid;
// Of n ≤ 255 bounds in ascending order.
void rl_tree_grid(const double *bounds, size_t n, RLTreeGrid *grid);
// bins[i] = how many of `bounds` are below x[i], or `missing` for NaN. Behind the bounds of the grid there are infinite ones,
// 510 in all.
void rl_tree_bins(const double *x, size_t n, const double *bounds, const RLTreeGrid *grid, uint8_t missing,
                  uint8_t *bins);
// bins[r, f] = columns[f * column_stride + r]
void rl_tree_interleave(const uint8_t *columns, size_t column_stride, size_t features, uint8_t *bins, size_t stride,
                        size_t n);
// out[4] = the largest gradient and the sum of squared gradients, the largest and the least hessian, of absolute values; of
// NaN it is undefined, and of no rows.
void rl_tree_range(const float *gradients, const float *hessians, size_t n, float *out);
// words[i] of gradients[i] * gradient_scale and hessians[i] * hessian_scale, at most 254 in absolute value, each
// rounded up or down at random so that its mean is right. The random numbers are those of the row's own place.
void rl_tree_words(const float *gradients, const float *hessians, float gradient_scale, float hessian_scale,
                   uint64_t key, uint64_t stream, uint32_t *words, size_t n);
// sums[f * 256 + b] = the sum of words[r] over the rows r among `rows` [n] whose feature f is in bin b. `block` is room
// for as many words, all of them 0 before and after.
void rl_tree_histogram(const uint8_t *bins, size_t stride, size_t features, const int32_t *rows, size_t n,
                       const uint32_t *words, uint32_t *block, uint64_t *sums);
// sums[i] -= part[i]
void rl_tree_subtract(uint64_t *sums, const uint64_t *part, size_t n);

// What a split has to fulfil, and what sums of words stand for.
typedef struct {
  double gradient_unit, hessian_unit, l1, l2, minimum_hessian, minimum_rows;
  // Rows for each unit of the second derivative, where rows are not counted.
  double rows_per_unit;
} RLTreeLimits;
typedef struct {
  // Minus infinity where no split is allowed.
  double gain;
  // The sum of words on the left.
  uint64_t left;
  // The last bin on the left.
  int32_t threshold;
  int32_t missing_is_left;
} RLTreeThreshold;
// The best of the splits of a leaf by one feature of so many bins, and with `has_missing` one more for missing values,
// which are tried on either side. `total` is the sum of the leaf's words; `counts` are sums of words of 1, or NULL.
void rl_tree_threshold(const uint64_t *sums, const uint64_t *counts, size_t bins, int has_missing, uint64_t total,
                       const RLTreeLimits *limits, RLTreeThreshold *best);

// Brings the rows whose bin's place in `is_left` [256] is 1 before the others, each in their order; returns how many
// they are. `codes` are the bins of one feature, `scratch` has room for n.
size_t rl_tree_partition(int32_t *rows, size_t n, const uint8_t *codes, const uint8_t *is_left, int32_t *scratch);
// taken[i] = codes[rows[i]]; span[2] = the least and the largest of them.
void rl_tree_take(const uint8_t *codes, const int32_t *rows, size_t n, uint8_t *taken, uint8_t *span);
// sums[2] = the sums of weights and of values of the rows whose code is at most `last`; returns how many they are.
size_t rl_tree_left(const uint8_t *taken, uint8_t last, const double *weights, const double *values, size_t n,
                    double *sums);
// out[2] = the sums of gradients and second derivatives over `rows` [n]
void rl_tree_sums(const float *gradients, const float *hessians, const int32_t *rows, size_t n, double *out);
// scores[rows[i] * stride] += value
void rl_tree_add(double value, const int32_t *rows, size_t n, double *scores, size_t stride);

// A tree over bins: node k asks for feature[k]; bins whose bit in sets[k] (32 bytes) is 1 go to children[2 k], others to
// children[2 k + 1]; a negative child is the leaf ~child.
typedef struct {
  const int32_t *features;
  const uint8_t *sets;
  const int32_t *children;
  const double *values;
} RLBinnedTree;
// scores[i * score_stride] += the value of the leaf that row i falls in
void rl_tree_route(const RLBinnedTree *tree, const uint8_t *bins, size_t stride, size_t n, double *scores,
                   size_t score_stride);

// ---- Predictions ----
//
// Values are codes: a byte for each feature that some tree asks for. A question is answered with no where the code is one
// of an interval: `first` to `first + span`, beyond 255 from 0 on.

// A question of a tree of up to 32 leaves that are numbered from left to right: the leaves whose bit in `keep` is 0 are
// ruled out where the answer is no; the first byte is of the first eight.
typedef struct {
  int32_t feature;
  uint8_t keep[4];
  uint8_t first, span;
} RLTreeInterval;
// scores[i] += the value of the leaf that row i falls in; `codes` are [features, stride]. Codes and scores are there up to
// the next multiple of 64 rows.
void rl_tree_sieve(const RLTreeInterval *intervals, size_t count, const double *values, const uint8_t *codes,
                   size_t stride, size_t n, double *scores);

// A question of any tree: where the answer is yes a row goes to the first child, else to the second. A negative child is
// the leaf ~child.
typedef struct {
  int32_t children[2];
  uint16_t feature;
  uint8_t first, span;
} RLTreeNode;
// scores[i] += the value of the leaf that row i falls in, which a tree begins with at `root`; `rows` are [n, stride].
void rl_tree_walk(const RLTreeNode *nodes, int32_t root, const double *values, const uint8_t *rows, size_t stride,
                  size_t n, double *scores);
// out[t] = the value of the leaf of tree t that a row falls in. At least one node is there to be read.
void rl_tree_walk_all(const RLTreeNode *nodes, const int32_t *roots, size_t trees, const double *values,
                      const uint8_t *row, double *out);

// Of the logistic loss: gradients and second derivatives at `scores` for labels 0 and 1, times `weights` unless NULL;
// returns the sum of the losses.
double rl_boost_logistic(const double *scores, const float *labels, const float *weights, float *gradients,
                         float *hessians, size_t n);
