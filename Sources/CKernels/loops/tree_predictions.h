// What trees over codes say of rows.

// Each question with the answer no rules out the leaves on its left, so that the first leaf left is the row's (Lucchese et
// al. 2015). A leaf has a bit; 64 rows are asked at once, eight leaves of each in a byte.
#define SIEVED_ROWS 64
static void rl_tree_sieve_loop(const RLTreeInterval *intervals, size_t count, const double *values,
                               const uint8_t *codes, size_t stride, size_t n, double *scores) {
  for (size_t start = 0; start < n; start += SIEVED_ROWS) {
    Bytes64 a = (Bytes64){0} - 1, b = a, c = a, d = a;
    for (size_t k = 0; k < count; k++) {
      const RLTreeInterval *interval = intervals + k;
      Bytes64 code;
      __builtin_memcpy(&code, codes + (size_t)interval->feature * stride + start, sizeof(code));
      Bytes64 is_left = (Bytes64)(code - interval->first > interval->span);
      a &= is_left | interval->keep[0];
      b &= is_left | interval->keep[1];
      c &= is_left | interval->keep[2];
      d &= is_left | interval->keep[3];
    }
    uint8_t bytes[4][SIEVED_ROWS];
    __builtin_memcpy(bytes[0], &a, sizeof(a));
    __builtin_memcpy(bytes[1], &b, sizeof(b));
    __builtin_memcpy(bytes[2], &c, sizeof(c));
    __builtin_memcpy(bytes[3], &d, sizeof(d));
    uint32_t left[SIEVED_ROWS];
    FIXED_VECTOR for (size_t i = 0; i < SIEVED_ROWS; i++)
      left[i] = (uint32_t)bytes[0][i] | (uint32_t)bytes[1][i] << 8 | (uint32_t)bytes[2][i] << 16 |
                (uint32_t)bytes[3][i] << 24;
    for (size_t i = 0; i < SIEVED_ROWS; i++) scores[start + i] += values[__builtin_ctz(left[i])];
  }
}

INLINE int32_t below(const RLTreeNode *node, const uint8_t *codes) {
  return node->children[(uint8_t)(codes[node->feature] - node->first) <= node->span];
}

// Rows go down side by side, for each step of one waits for the last; where one has arrived, the next starts.
#define WALKING_ROWS 8
static void rl_tree_walk_loop(const RLTreeNode *nodes, int32_t root, const double *values, const uint8_t *rows,
                              size_t stride, size_t n, double *scores) {
  if (root < 0) {
    for (size_t i = 0; i < n; i++) scores[i] += values[~root];
    return;
  }
  const uint8_t *row[WALKING_ROWS];
  double *score[WALKING_ROWS];
  int32_t place[WALKING_ROWS];
  size_t open = n < WALKING_ROWS ? n : WALKING_ROWS, next = open;
  for (size_t k = 0; k < open; k++) {
    row[k] = rows + k * stride;
    score[k] = scores + k;
    place[k] = root;
  }
  while (open) {
    for (size_t k = 0; k < open; k++) {
      int32_t child = below(nodes + place[k], row[k]);
      if (child >= 0) {
        place[k] = child;
        continue;
      }
      *score[k] += values[~child];
      if (next < n) {
        row[k] = rows + next * stride;
        score[k] = scores + next;
        place[k] = root;
        next++;
      } else {
        open--;
        row[k] = row[open];
        score[k] = score[open];
        place[k] = place[open];
        k--;
      }
    }
  }
}

// One row goes down several trees side by side, each until all have arrived.
#define WALKED_TREES 8
static void rl_tree_walk_all_loop(const RLTreeNode *nodes, const int32_t *roots, size_t trees, const double *values,
                                  const uint8_t *row, double *out) {
  for (size_t start = 0; start < trees; start += WALKED_TREES) {
    size_t count = trees - start < WALKED_TREES ? trees - start : WALKED_TREES;
    int32_t place[WALKED_TREES], all = 0;
    for (size_t k = 0; k < WALKED_TREES; k++) place[k] = k < count ? roots[start + k] : -1;
    do {
      all = -1;
      for (size_t k = 0; k < WALKED_TREES; k++) {
        int32_t own = place[k];
        int32_t child = below(nodes + CHOOSE(own < 0, 0, own), row);
        place[k] = CHOOSE(own < 0, own, child);
        all &= place[k];
      }
    } while (all >= 0);
    for (size_t k = 0; k < count; k++) out[start + k] = values[~place[k]];
  }
}
