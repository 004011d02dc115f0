// Every kernel once: result type, name, parameters, arguments. This list makes the table of each variant
// (variant_*.c) and the public function that calls through the table (dispatch.c); CKernels.h says what each does.

#define MAP(name) KERNEL(void, name, (const float *x, float *y, size_t n), (x, y, n))
#define BACKWARD(name) KERNEL(void, name, (const float *x, const float *dy, float *dx, size_t n), (x, dy, dx, n))
#define BIAS(name) \
  KERNEL(void, name, (const float *x, const float *bias, float *y, size_t rows, size_t columns), \
         (x, bias, y, rows, columns))
#define BIAS_BACKWARD(name) \
  KERNEL(void, name, \
         (const float *y, const float *dy, float *dx, float *db, size_t rows, size_t columns, int accumulate), \
         (y, dy, dx, db, rows, columns, accumulate))
#define ROWS(name) KERNEL(void, name, (const float *x, float *y, size_t rows, size_t columns), (x, y, rows, columns))

// Elementwise
MAP(rl_exp)
MAP(rl_log)
MAP(rl_tanh)
MAP(rl_sigmoid)
MAP(rl_softplus)
MAP(rl_relu)
MAP(rl_gelu)
MAP(rl_silu)
BACKWARD(rl_tanh_backward)
BACKWARD(rl_sigmoid_backward)
BACKWARD(rl_softplus_backward)
BACKWARD(rl_relu_backward)
BACKWARD(rl_gelu_backward)
BACKWARD(rl_silu_backward)
KERNEL(void, rl_sine_cosine, (const float *x, float *sine, float *cosine, size_t n), (x, sine, cosine, n))
KERNEL(void, rl_sine_cosine_double, (const double *x, double *sine, double *cosine, size_t n), (x, sine, cosine, n))
KERNEL(double, rl_huber, (const float *x, const float *target, float delta, float *dx, size_t n),
       (x, target, delta, dx, n))

// Rows of a matrix
BIAS(rl_bias)
BIAS(rl_bias_tanh)
BIAS(rl_bias_sigmoid)
BIAS(rl_bias_relu)
BIAS_BACKWARD(rl_bias_tanh_backward)
BIAS_BACKWARD(rl_bias_sigmoid_backward)
BIAS_BACKWARD(rl_bias_relu_backward)
ROWS(rl_softmax)
ROWS(rl_log_softmax)
ROWS(rl_log_sum_exp)
KERNEL(void, rl_categorical,
       (const float *x, float *log_probabilities, float *probabilities, float *entropies, size_t rows, size_t columns),
       (x, log_probabilities, probabilities, entropies, rows, columns))
KERNEL(void, rl_layer_norm,
       (const float *x, const float *gain, const float *bias, float epsilon, float *y, float *means,
        float *inverse_deviations, size_t rows, size_t columns),
       (x, gain, bias, epsilon, y, means, inverse_deviations, rows, columns))
KERNEL(void, rl_layer_norm_backward,
       (const float *x, const float *gain, const float *means, const float *inverse_deviations, const float *dy,
        float *dx, float *dgain, float *dbias, size_t rows, size_t columns),
       (x, gain, means, inverse_deviations, dy, dx, dgain, dbias, rows, columns))

// Reductions and scaling
KERNEL(void, rl_column_sums, (const float *x, float *out, size_t rows, size_t columns, int accumulate),
       (x, out, rows, columns, accumulate))
KERNEL(double, rl_sum_of_squares, (const float *x, size_t n), (x, n))
KERNEL(void, rl_scale, (float *x, float a, size_t n), (x, a, n))

KERNEL(void, rl_gather_rows,
       (const float *x, size_t stride, const int32_t *indices, float *y, size_t rows, size_t columns),
       (x, stride, indices, y, rows, columns))

// Products
KERNEL(int, rl_product,
       (const float *x, size_t x_row, size_t x_inner, const float *w, size_t w_stride, float *y, size_t y_stride,
        size_t rows, size_t inner, size_t columns, int accumulate),
       (x, x_row, x_inner, w, w_stride, y, y_stride, rows, inner, columns, accumulate))
KERNEL(int, rl_product_by_transposed,
       (const float *x, size_t x_row, const float *w, size_t w_row, float *y, size_t y_stride, size_t rows,
        size_t inner, size_t columns),
       (x, x_row, w, w_row, y, y_stride, rows, inner, columns))

// Products with a thin matrix
KERNEL(void, rl_thin_product,
       (const float *x, size_t stride, const float *w, float *y, size_t rows, size_t columns),
       (x, stride, w, y, rows, columns))
KERNEL(void, rl_thin_product_transposed,
       (const float *x, size_t stride, const float *y, float *g, size_t rows, size_t columns),
       (x, stride, y, g, rows, columns))

// Nearest neighbours
KERNEL(size_t, rl_neighbours,
       (const float *x, size_t stride, size_t n, const float *panel, size_t inner, const float *limits, int manhattan,
        int32_t *rows, uint64_t *masks),
       (x, stride, n, panel, inner, limits, manhattan, rows, masks))
KERNEL(double, rl_distance, (const float *x, const float *y, size_t n, int manhattan), (x, y, n, manhattan))

// Optimizers
KERNEL(void, rl_adam,
       (float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2, float epsilon,
        float scale),
       (p, g, m, v, n, step_size, b1, b2, epsilon, scale))
KERNEL(void, rl_adamw,
       (float *p, const float *g, float *m, float *v, size_t n, float step_size, float b1, float b2, float epsilon,
        float scale, float decay),
       (p, g, m, v, n, step_size, b1, b2, epsilon, scale, decay))
KERNEL(void, rl_rmsprop,
       (float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon, float scale),
       (p, g, v, n, rate, b, epsilon, scale))
KERNEL(void, rl_rmsprop_tf,
       (float *p, const float *g, float *v, size_t n, float rate, float b, float epsilon, float scale),
       (p, g, v, n, rate, b, epsilon, scale))
KERNEL(void, rl_sgd, (float *p, const float *g, size_t n, float rate, float scale), (p, g, n, rate, scale))
KERNEL(void, rl_sgd_momentum,
       (float *p, const float *g, float *v, size_t n, float rate, float momentum, int nesterov, float scale),
       (p, g, v, n, rate, momentum, nesterov, scale))
KERNEL(void, rl_polyak, (float *target, const float *source, float tau, size_t n), (target, source, tau, n))

// Random numbers
KERNEL(void, rl_philox, (uint64_t key, uint64_t stream, uint64_t block, uint32_t *words, size_t n),
       (key, stream, block, words, n))
KERNEL(void, rl_uniform, (uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n),
       (key, stream, block, out, n))
KERNEL(void, rl_normal, (uint64_t key, uint64_t stream, uint64_t block, float *out, size_t n),
       (key, stream, block, out, n))

// Steps of batches of environments
#define WORLD_PARAMETERS \
  double *state, size_t stride, const float *actions, float *observations, double *rewards, uint8_t *endings, size_t n
#define WORLD_ARGUMENTS state, stride, actions, observations, rewards, endings, n
KERNEL(void, rl_cart_pole, (WORLD_PARAMETERS, double reward, double last_reward),
       (WORLD_ARGUMENTS, reward, last_reward))
KERNEL(void, rl_mountain_car, (WORLD_PARAMETERS, double goal_velocity), (WORLD_ARGUMENTS, goal_velocity))
KERNEL(void, rl_mountain_car_continuous, (WORLD_PARAMETERS, double goal_velocity), (WORLD_ARGUMENTS, goal_velocity))
KERNEL(void, rl_acrobot, (WORLD_PARAMETERS), (WORLD_ARGUMENTS))
KERNEL(void, rl_pendulum, (WORLD_PARAMETERS, double gravity), (WORLD_ARGUMENTS, gravity))
KERNEL(size_t, rl_count_steps, (intptr_t *elapsed, intptr_t limit, uint8_t *endings, int32_t *ended, size_t n),
       (elapsed, limit, endings, ended, n))
KERNEL(int, rl_are_integers, (const float *x, size_t n, float low, float high), (x, n, low, high))
KERNEL(int, rl_are_finite, (const float *x, size_t n), (x, n))

// CSV
KERNEL(RLCSVOutcome, rl_csv_records,
       (uint8_t *bytes, size_t end, const RLCSVDialect *dialect, RLCSVScan *scan, RLField *fields, size_t room,
        intptr_t *lines, size_t limit),
       (bytes, end, dialect, scan, fields, room, lines, limit))
KERNEL(size_t, rl_csv_numbers,
       (const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, uint8_t decimal, double *values,
        size_t *empty),
       (bytes, fields, stride, n, decimal, values, empty))
KERNEL(size_t, rl_csv_dates,
       (const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, double *values, size_t *empty),
       (bytes, fields, stride, n, values, empty))
KERNEL(size_t, rl_csv_words,
       (const uint8_t *bytes, const RLField *fields, size_t stride, size_t n, RLWords *words, size_t most,
        int takes_blank, int32_t *codes, size_t *empty),
       (bytes, fields, stride, n, words, most, takes_blank, codes, empty))
KERNEL(void, rl_csv_index, (RLWords *words), (words))

// Gradient-boosted trees
KERNEL(void, rl_sort, (double *x, double *scratch, size_t n), (x, scratch, n))
KERNEL(void, rl_tree_grid, (const double *bounds, size_t n, RLTreeGrid *grid), (bounds, n, grid))
KERNEL(void, rl_tree_bins,
       (const double *x, size_t n, const double *bounds, const RLTreeGrid *grid, uint8_t missing, uint8_t *bins),
       (x, n, bounds, grid, missing, bins))
KERNEL(void, rl_tree_interleave,
       (const uint8_t *columns, size_t column_stride, size_t features, uint8_t *bins, size_t stride, size_t n),
       (columns, column_stride, features, bins, stride, n))
KERNEL(void, rl_tree_range, (const float *gradients, const float *hessians, size_t n, float *out),
       (gradients, hessians, n, out))
KERNEL(void, rl_tree_words,
       (const float *gradients, const float *hessians, float gradient_scale, float hessian_scale, uint64_t key,
        uint64_t stream, uint32_t *words, size_t n),
       (gradients, hessians, gradient_scale, hessian_scale, key, stream, words, n))
KERNEL(void, rl_tree_histogram,
       (const uint8_t *bins, size_t stride, size_t features, const int32_t *rows, size_t n, const uint32_t *words,
        uint32_t *block, uint64_t *sums),
       (bins, stride, features, rows, n, words, block, sums))
KERNEL(void, rl_tree_subtract, (uint64_t *sums, const uint64_t *part, size_t n), (sums, part, n))
KERNEL(void, rl_tree_threshold,
       (const uint64_t *sums, const uint64_t *counts, size_t bins, int has_missing, uint64_t total,
        const RLTreeLimits *limits, RLTreeThreshold *best),
       (sums, counts, bins, has_missing, total, limits, best))
KERNEL(size_t, rl_tree_partition,
       (int32_t *rows, size_t n, const uint8_t *codes, const uint8_t *is_left, int32_t *scratch),
       (rows, n, codes, is_left, scratch))
KERNEL(void, rl_tree_take, (const uint8_t *codes, const int32_t *rows, size_t n, uint8_t *taken, uint8_t *span),
       (codes, rows, n, taken, span))
KERNEL(size_t, rl_tree_left,
       (const uint8_t *taken, uint8_t last, const double *weights, const double *values, size_t n, double *sums),
       (taken, last, weights, values, n, sums))
KERNEL(void, rl_tree_sums, (const float *gradients, const float *hessians, const int32_t *rows, size_t n, double *out),
       (gradients, hessians, rows, n, out))
KERNEL(void, rl_tree_add, (double value, const int32_t *rows, size_t n, double *scores, size_t stride),
       (value, rows, n, scores, stride))
KERNEL(void, rl_tree_route,
       (const RLBinnedTree *tree, const uint8_t *bins, size_t stride, size_t n, double *scores, size_t score_stride),
       (tree, bins, stride, n, scores, score_stride))
KERNEL(void, rl_tree_sieve,
       (const RLTreeInterval *intervals, size_t count, const double *values, const uint8_t *codes, size_t stride,
        size_t n, double *scores),
       (intervals, count, values, codes, stride, n, scores))
KERNEL(void, rl_tree_walk,
       (const RLTreeNode *nodes, int32_t root, const double *values, const uint8_t *rows, size_t stride, size_t n,
        double *scores),
       (nodes, root, values, rows, stride, n, scores))
KERNEL(void, rl_tree_walk_all,
       (const RLTreeNode *nodes, const int32_t *roots, size_t trees, const double *values, const uint8_t *row,
        double *out),
       (nodes, roots, trees, values, row, out))
KERNEL(double, rl_boost_logistic,
       (const double *scores, const float *labels, const float *weights, float *gradients, float *hessians, size_t n),
       (scores, labels, weights, gradients, hessians, n))

// Shapley values of trees
KERNEL(void, rl_tree_answers,
       (const RLTreeQuestions *questions, const double *x, size_t stride, size_t groups, uint8_t *answers),
       (questions, x, stride, groups, answers))
KERNEL(void, rl_tree_contributions,
       (const RLExplainedTree *tree, const uint8_t *answers, size_t groups, double *out, size_t stride,
        double *scratch, uint8_t *allowed),
       (tree, answers, groups, out, stride, scratch, allowed))
KERNEL(void, rl_tree_comparison,
       (const RLComparedTree *tree, const uint8_t *row, const uint8_t *other, uint8_t *taken, double *out),
       (tree, row, other, taken, out))

#undef MAP
#undef BACKWARD
#undef BIAS
#undef BIAS_BACKWARD
#undef ROWS
#undef WORLD_PARAMETERS
#undef WORLD_ARGUMENTS
