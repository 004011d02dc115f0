#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- Shapley values of trees ----
//
// Rows stand in groups of EXPLAINED_LANES side by side. An edge leads from a node to one of its children; a row's
// feature *allows* a leaf where the row takes all edges of that feature on the way to it. With the share z of the
// training rows that a feature lets through on the way, the Shapley value of feature i for a leaf of value v is
//
//   v (a_i - z_i) ∫ Π_{j≠i} (a_j t + z_j (1 - t)) dt,  a_j = 1 where the row's feature j allows the leaf, else 0,
//
// the product over the different features on the way: the weights of Shapley's sum are Beta integrals. The integrand is
// a polynomial, for which Gauss-Legendre quadrature with enough points is exact. Products are shared by the leaves
// below an edge, so that a row costs a few operations for each edge and point.
#define EXPLAINED_LANES 8

// The questions of a tree's nodes: kind 0 and 1: a number is at most the threshold, a missing one is right and left; 2:
// a missing one is zero; 3 and 4: as 0 and 1, and so is zero; 5: a category is among
// categories[starts[k]] ..< categories[starts[k + 1]], ascending.
typedef struct {
  size_t count;
  const int32_t *features;
  const uint8_t *kinds;
  const double *thresholds;
  const int32_t *starts;
  const int32_t *categories;
} RLTreeQuestions;
// answers[k * groups + g], bit r: whether row 8 g + r answers the question of node k with yes. `x` is
// [features, stride], with NaN for missing values, and is read for whole groups.
void rl_tree_answers(const RLTreeQuestions *questions, const double *x, size_t stride, size_t groups, uint8_t *answers);

// An edge of a tree, in the order in which one goes down and up.
typedef struct {
  // The node that it leads from, and whether it is the one to the left.
  int32_t node, is_left;
  int32_t feature;
  // The edge above it, and the last one above that asks for the same feature; -1 for none.
  int32_t parent, previous;
  int32_t is_leaf;
  // How many edges above end with the leaf.
  int32_t closes;
  double value;
} RLTreeEdge;
typedef struct {
  size_t edges, points, depth;
  const RLTreeEdge *edge;
  // For each edge the factor where the feature has left the way before, then for each point: the factor where it leaves
  // it here less that one; the factor where it stays less the one where it leaves here; the same of the weights of the
  // sums below, which are 0 where it has left before.
  const double *tables;
} RLExplainedTree;
// out[feature * stride + row] += the Shapley values of the tree, for rows with these answers. `scratch` has room for
// 16 * (depth + 1) * points doubles, `allowed` for the tree's edges.
void rl_tree_contributions(const RLExplainedTree *tree, const uint8_t *answers, size_t groups, double *out,
                           size_t stride, double *scratch, uint8_t *allowed);

// A tree whose node k asks for features[k] and has children[2 k] and children[2 k + 1]; a negative child is the leaf
// ~child.
typedef struct {
  const int32_t *features;
  const int32_t *children;
  const double *values;
  // weights[p * side + n] = (p - 1)! n! / (p + n)!
  const double *weights;
  size_t side;
} RLComparedTree;
// out[feature] += the Shapley values of the tree for a row against another one, which stands for what is not known of the
// row; row[k] and other[k] are 1 where the question of node k is answered with yes. `taken` has a 0 for each feature,
// before and after.
void rl_tree_comparison(const RLComparedTree *tree, const uint8_t *row, const uint8_t *other, uint8_t *taken,
                        double *out);
