// What every batch of environments does beside its rules: looking at actions, counting steps, listing endings.

static size_t rl_count_steps_loop(intptr_t *elapsed, intptr_t limit, uint8_t *endings, int32_t *ended, size_t n) {
  VECTOR for (size_t i = 0; i < n; i++) {
    intptr_t steps = elapsed[i] + 1;
    elapsed[i] = steps;
    endings[i] = CHOOSE(endings[i] != 0, endings[i], CHOOSE(steps >= limit, 2, 0));
  }
  // Most copies go on, so that eight are passed over at a time.
  size_t count = 0, i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t eight;
    __builtin_memcpy(&eight, endings + i, 8);
    if (eight == 0) continue;
    for (size_t k = i; k < i + 8; k++) {
      ended[count] = (int32_t)k;
      count += endings[k] != 0;
    }
  }
  for (; i < n; i++) {
    if (endings[i] != 0) ended[count++] = (int32_t)i;
  }
  return count;
}

static int rl_are_integers_loop(const float *x, size_t n, float low, float high) {
  int wrong = 0;
  VECTOR for (size_t i = 0; i < n; i++) {
    wrong |= !(x[i] >= low) | !(x[i] < high) | (x[i] != __builtin_elementwise_trunc(x[i]));
  }
  return !wrong;
}

static int rl_are_finite_loop(const float *x, size_t n) {
  int wrong = 0;
  VECTOR for (size_t i = 0; i < n; i++) wrong |= !(__builtin_elementwise_abs(x[i]) < __builtin_inff());
  return !wrong;
}
