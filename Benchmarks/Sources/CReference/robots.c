#include "robots.h"

#include <math.h>

// xorshift64*, from -1 to 1.
static double draw(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (double)((*state * 2685821657736338717ull) >> 11) * 0x1p-52 - 1;
}

static float *copy(float *to, const double *from, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = (float)from[i];
  return to + count;
}

static void observe(rl_mujoco_columns at, rl_mujoco_shape shape, reference_robot robot, float *row) {
  row = copy(row, at.qpos + robot.hidden_positions, shape.positions - robot.hidden_positions);
  row = copy(row, at.qvel, shape.velocities);
  if (robot.is_humanoid) {
    row = copy(row, at.cinert + 10, 10 * (shape.bodies - 1));
    row = copy(row, at.cvel + 6, 6 * (shape.bodies - 1));
    row = copy(row, at.qfrc_actuator + 6, shape.velocities - 6);
  }
  if (robot.has_contact_forces) copy(row, at.cfrc_ext + 6, 6 * (shape.bodies - 1));
}

int64_t reference_robots(const rl_mujoco_functions *functions, const rl_mujoco_model *model, rl_mujoco_data *const *data,
                         int64_t count, int64_t steps, const float *actions, int64_t rows, reference_robot robot,
                         int32_t *elapsed, float *observations, int64_t width, double *rewards) {
  rl_mujoco_shape shape = functions->shape(model);
  uint64_t state = 88172645463325252ull;
  int64_t ended = 0;
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t i = 0; i < count; i++) {
      rl_mujoco_columns at = functions->columns(data[i]);
      const float *action = actions + ((step % rows) * count + i) * shape.actuators;
      double before = at.qpos[0], squares = 0;
      for (int32_t a = 0; a < shape.actuators; a++) at.ctrl[a] = action[a], squares += action[a] * action[a];
      functions->step(model, data[i], robot.frames);
      if (robot.has_contact_forces) {
        functions->contact_forces(model, data[i]);
        for (int32_t f = 0; f < 6 * shape.bodies; f++) squares += at.cfrc_ext[f] * at.cfrc_ext[f];
      }
      rewards[i] = (at.qpos[0] - before) / (robot.frames * shape.timestep) - 0.1 * squares;
      double height = at.qpos[robot.height_index];
      bool is_over = !(height > robot.low && height < robot.high && fabs(at.qpos[robot.angle_index]) < robot.angle);
      elapsed[i]++;
      if (is_over || elapsed[i] == robot.limit) {
        ended++;
        elapsed[i] = 0;
        functions->reset(model, data[i]);
        for (int32_t p = 0; p < shape.positions; p++) at.qpos[p] = shape.initial_positions[p] + robot.noise * draw(&state);
        for (int32_t v = 0; v < shape.velocities; v++) at.qvel[v] = robot.noise * draw(&state);
        functions->forward(model, data[i]);
      }
      observe(at, shape, robot, observations + i * width);
    }
  }
  return ended;
}
