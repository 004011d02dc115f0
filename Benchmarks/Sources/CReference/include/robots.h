#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "CMuJoCo.h"

// MuJoCo's robots stepped by a plain C loop: what a vector of environments is measured against.

/// What the loop knows of a robot. An episode ends outside of `low` to `high` and beyond ±`angle`, of the positions numbered.
typedef struct {
  int32_t frames, hidden_positions, height_index, angle_index, limit;
  double low, high, angle, noise;
  bool has_contact_forces, is_humanoid;
} reference_robot;

/// Steps `count` simulations `steps` times by rows of `actions` `[rows, count, actuators]`, one after the other; writes the
/// observations `[count, width]` and rewards `[count]` of each step, and starts new episodes. Returns the episodes ended.
int64_t reference_robots(const rl_mujoco_functions *functions, const rl_mujoco_model *model, rl_mujoco_data *const *data,
                         int64_t count, int64_t steps, const float *actions, int64_t rows, reference_robot robot,
                         int32_t *elapsed, float *observations, int64_t width, double *rewards);
