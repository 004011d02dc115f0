// Layer normalisation (Ba, Kiros & Hinton 2016): each row to mean 0 and variance 1, then gain and bias per column.

static void rl_layer_norm_loop(const float *x, const float *gain, const float *bias, float epsilon, float *y,
                               float *means, float *inverse_deviations, size_t rows, size_t columns) {
  size_t full = columns / LANES * LANES, rest = columns - full;
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    FloatLanes sum = {0}, squares = {0};
    for (size_t c = 0; c < full; c += LANES) sum += load(x + c);
    if (rest) sum += load_first(x + full, rest, 0);
    float mean = sum_of_lanes(sum) / (float)columns;
    for (size_t c = 0; c < full; c += LANES) {
      FloatLanes d = load(x + c) - mean;
      squares += d * d;
    }
    if (rest) {
      FloatLanes d = load_first(x + full, rest, mean) - mean;
      squares += d * d;
    }
    float variance = sum_of_lanes(squares) / (float)columns;
    float inverse = 1.0f / __builtin_elementwise_sqrt(variance + epsilon);
    means[r] = mean;
    inverse_deviations[r] = inverse;
    VECTOR for (size_t c = 0; c < columns; c++) y[c] = (x[c] - mean) * inverse * gain[c] + bias[c];
  }
}

static void rl_layer_norm_backward_loop(const float *x, const float *gain, const float *means,
                                        const float *inverse_deviations, const float *dy, float *dx, float *dgain,
                                        float *dbias, size_t rows, size_t columns) {
  size_t full = columns / LANES * LANES, rest = columns - full;
  for (size_t r = 0; r < rows; r++, x += columns, dy += columns, dx += columns) {
    float mean = means[r], inverse = inverse_deviations[r];
    FloatLanes sum = {0}, products = {0};  // of g = dy gain, and of g times the normalised x
    for (size_t c = 0; c < full; c += LANES) {
      FloatLanes g = load(dy + c) * load(gain + c);
      sum += g;
      products += g * ((load(x + c) - mean) * inverse);
    }
    if (rest) {
      FloatLanes g = load_first(dy + full, rest, 0) * load_first(gain + full, rest, 0);
      sum += g;
      products += g * ((load_first(x + full, rest, mean) - mean) * inverse);
    }
    float mean_g = sum_of_lanes(sum) / (float)columns, mean_product = sum_of_lanes(products) / (float)columns;
    VECTOR for (size_t c = 0; c < columns; c++) {
      float upstream = dy[c], normalised = (x[c] - mean) * inverse;
      dgain[c] += upstream * normalised;
      dbias[c] += upstream;
      dx[c] = inverse * (upstream * gain[c] - mean_g - normalised * mean_product);
    }
  }
}
