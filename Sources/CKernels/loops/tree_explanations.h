// Shapley values of trees: see ExplanationKernels.h.

// The values that LightGBM takes for zero are up to this size.
#define ZERO_SIZE 1e-35
#define LARGEST 0x1.fffffffffffffp1023

static int is_among(const int32_t *categories, int32_t count, double x) {
  if (!(x >= 0 && x < 2147483647.0)) return 0;
  int32_t category = (int32_t)x, low = 0, high = count;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (categories[middle] < category) low = middle + 1;
    else high = middle;
  }
  return low < count && categories[low] == category;
}

static void rl_tree_answers_loop(const RLTreeQuestions *questions, const double *x, size_t stride, size_t groups,
                                 uint8_t *answers) {
  for (size_t k = 0; k < questions->count; k++) {
    const double *column = x + (size_t)questions->features[k] * stride, threshold = questions->thresholds[k];
    const int kind = questions->kinds[k];
    const int32_t *categories = questions->categories + questions->starts[k];
    int32_t count = questions->starts[k + 1] - questions->starts[k];
    for (size_t g = 0; g < groups; g++, column += EXPLAINED_LANES) {
      int32_t is_left[EXPLAINED_LANES];
      if (kind == 5) {
        for (int i = 0; i < EXPLAINED_LANES; i++) is_left[i] = is_among(categories, count, column[i]);
      } else if (kind < 2) {
        // The largest threshold is for infinity too.
        FIXED_VECTOR for (int i = 0; i < EXPLAINED_LANES; i++) {
          double number = column[i] < LARGEST ? column[i] : LARGEST;
          is_left[i] = column[i] != column[i] ? kind : number <= threshold;
        }
      } else {
        for (int i = 0; i < EXPLAINED_LANES; i++) {
          int is_missing = column[i] != column[i];
          double number = is_missing ? 0 : column[i];
          int is_zero = is_missing || __builtin_elementwise_abs(number) <= ZERO_SIZE;
          is_left[i] = kind == 2 || !is_zero ? number <= threshold : kind == 4;
        }
      }
      uint32_t bits = 0;
      for (int i = 0; i < EXPLAINED_LANES; i++) bits |= (uint32_t)(is_left[i] & 1) << i;
      answers[k * groups + g] = (uint8_t)bits;
    }
  }
}

typedef double Explained __attribute__((vector_size(EXPLAINED_LANES * sizeof(double)), aligned(8)));
typedef int64_t ExplainedBits __attribute__((vector_size(EXPLAINED_LANES * sizeof(int64_t)), aligned(8)));

// 1 where the bit of a lane is set, else 0.
INLINE Explained ones_of(uint8_t bits) {
  const ExplainedBits lanes = {1, 2, 4, 8, 16, 32, 64, 128};
  ExplainedBits own = lanes & (int64_t)bits;
  ExplainedBits is_set = own != 0;
  const ExplainedBits one = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000,
                             0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
  return (Explained)(is_set & one);
}

// A factor or weight of an edge at one point: `entry` holds what it is beyond that of rows that left the way before.
INLINE Explained weighed(const double *entry, Explained was, Explained stays) {
  return was * entry[0] + stays * entry[1];
}

static void rl_tree_contributions_loop(const RLExplainedTree *tree, const uint8_t *answers, size_t groups, double *out,
                                       size_t stride, double *scratch, uint8_t *allowed) {
  const size_t points = tree->points, width = 4 * points + 1;
  // [depth + 1, points]
  Explained *products = (Explained *)scratch, *sums = products + (tree->depth + 1) * points;
  for (size_t q = 0; q < points; q++) products[q] = (Explained){1, 1, 1, 1, 1, 1, 1, 1};
  for (size_t g = 0; g < groups; g++, out += EXPLAINED_LANES) {
    size_t depth = 0;
    for (size_t e = 0; e < tree->edges; e++) {
      const RLTreeEdge *edge = tree->edge + e;
      const double *table = tree->tables + e * width;
      uint8_t above = edge->previous < 0 ? 0xff : allowed[edge->previous];
      uint8_t answer = answers[(size_t)edge->node * groups + g];
      allowed[e] = above & (edge->is_left ? answer : (uint8_t)~answer);
      Explained was = ones_of(above), stays = ones_of(allowed[e]);
      const Explained *from = products + depth * points;
      if (!edge->is_leaf) {
        depth++;
        Explained *to = products + depth * points, *sum = sums + depth * points;
        for (size_t q = 0; q < points; q++) {
          to[q] = from[q] * (table[0] + weighed(table + 1 + 4 * q, was, stays));
          sum[q] = (Explained){0};
        }
        continue;
      }
      Explained *sum = sums + depth * points, total = {0};
      for (size_t q = 0; q < points; q++) {
        const double *entry = table + 1 + 4 * q;
        Explained product = from[q] * (table[0] + weighed(entry, was, stays)) * edge->value;
        total += product * weighed(entry + 2, was, stays);
        sum[q] += product;
      }
      *(Explained *)(out + (size_t)edge->feature * stride) += total;
      const RLTreeEdge *closed = edge;
      for (int32_t closes = edge->closes; closes > 0; closes--) {
        size_t place = (size_t)closed->parent;
        closed = tree->edge + place;
        was = ones_of(closed->previous < 0 ? 0xff : allowed[closed->previous]);
        stays = ones_of(allowed[place]);
        const double *entry = tree->tables + place * width + 3;
        Explained *below = sums + depth * points, *sum = below - points, total = {0};
        for (size_t q = 0; q < points; q++, entry += 4) {
          total += below[q] * weighed(entry, was, stays);
          sum[q] += below[q];
        }
        *(Explained *)(out + (size_t)closed->feature * stride) += total;
        depth--;
      }
    }
  }
}

typedef struct {
  double of_row, of_other;
} ComparedLeaves;

// The sums, over the leaves below that either row can be led to, of the share of each feature that is taken from the row,
// and of each that is taken from the other.
static ComparedLeaves compared_leaves(const RLComparedTree *tree, const uint8_t *row, const uint8_t *other,
                                      uint8_t *taken, double *out, int32_t place, size_t p, size_t n) {
  while (place >= 0) {
    int row_is_right = !row[place], other_is_right = !other[place];
    int32_t feature = tree->features[place];
    const int32_t *children = tree->children + 2 * (size_t)place;
    if (row_is_right == other_is_right || taken[feature] == 1) {
      place = children[row_is_right];
    } else if (taken[feature] == 2) {
      place = children[other_is_right];
    } else {
      taken[feature] = 1;
      ComparedLeaves first = compared_leaves(tree, row, other, taken, out, children[row_is_right], p + 1, n);
      taken[feature] = 2;
      ComparedLeaves second = compared_leaves(tree, row, other, taken, out, children[other_is_right], p, n + 1);
      taken[feature] = 0;
      out[feature] += first.of_row - second.of_other;
      return (ComparedLeaves){first.of_row + second.of_row, first.of_other + second.of_other};
    }
  }
  double value = tree->values[~place];
  ComparedLeaves leaf = {0, 0};
  if (p) leaf.of_row = value * tree->weights[p * tree->side + n];
  if (n) leaf.of_other = value * tree->weights[n * tree->side + p];
  return leaf;
}

static void rl_tree_comparison_loop(const RLComparedTree *tree, const uint8_t *row, const uint8_t *other, uint8_t *taken,
                                    double *out) {
  compared_leaves(tree, row, other, taken, out, 0, 0, 0);
}
