// What the environments need of MuJoCo, behind C functions that are found when the program runs. A library of its own, the
// shim, is compiled against MuJoCo's headers by `make mujoco`; the program itself knows neither. Lengths are in units of the
// model, mostly metres. A wrong number is undefined.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RL_MUJOCO_INTERFACE 1

typedef struct rl_mujoco_model rl_mujoco_model;
typedef struct rl_mujoco_data rl_mujoco_data;

/// What is fixed about a model.
typedef struct {
  int32_t positions, velocities, actuators, activations, bodies, sites;
  /// The numbers of `get_state`.
  int32_t state_size;
  /// Seconds of a step.
  double timestep;
  /// `[positions]`, at the start.
  const double *initial_positions;
  /// `[actuators, 2]`: lowest and highest control.
  const double *control_range;
  /// `[bodies]`
  const double *body_masses;
} rl_mujoco_shape;

/// Where a simulation keeps its numbers, for as long as it lives.
typedef struct {
  double *qpos, *qvel, *ctrl;
  /// `[bodies, 3]`: frames and centres of mass.
  const double *xpos, *xipos;
  /// `[sites, 3]`
  const double *site_xpos;
  /// `[bodies, 10]`, `[bodies, 6]`, `[bodies, 6]`
  const double *cinert, *cvel, *cfrc_ext;
  /// `[velocities]`
  const double *qfrc_actuator, *qfrc_constraint;
} rl_mujoco_columns;

/// The shim's functions.
typedef struct {
  /// `RL_MUJOCO_INTERFACE` as the shim was compiled.
  int32_t interface;
  /// Of the library that is loaded and of the headers that the shim was compiled with: 4000000 for 4.0.0.
  int32_t version, header_version;
  /// NULL for a file that MuJoCo does not read, with its words in `error`.
  rl_mujoco_model *(*load)(const char *path, char *error, int32_t capacity);
  void (*free_model)(rl_mujoco_model *);
  rl_mujoco_shape (*shape)(const rl_mujoco_model *);
  /// A body's number, −1 if there is none of that name.
  int32_t (*body)(const rl_mujoco_model *, const char *name);
  /// NULL if there is no memory for it.
  rl_mujoco_data *(*make_data)(const rl_mujoco_model *);
  void (*free_data)(rl_mujoco_data *);
  rl_mujoco_columns (*columns)(rl_mujoco_data *);
  void (*reset)(const rl_mujoco_model *, rl_mujoco_data *);
  /// Computes what follows from positions and velocities.
  void (*forward)(const rl_mujoco_model *, rl_mujoco_data *);
  void (*step)(const rl_mujoco_model *, rl_mujoco_data *, int32_t frames);
  /// Computes `cfrc_ext`.
  void (*contact_forces)(const rl_mujoco_model *, rl_mujoco_data *);
  /// All that decides how a simulation goes on, `[state_size]`.
  void (*get_state)(const rl_mujoco_model *, const rl_mujoco_data *, double *state);
  void (*set_state)(const rl_mujoco_model *, rl_mujoco_data *, const double *state);
} rl_mujoco_functions;

/// The functions of the shim in a file; NULL where it cannot be loaded, with the loader's words in `error`. What is loaded
/// stays loaded.
const rl_mujoco_functions *rl_mujoco_open(const char *path, char *error, int32_t capacity);

// NumPy's sums: eight partial sums in blocks of up to 128 numbers, and longer ones in halves.

double rl_mujoco_sum(const double *numbers, int64_t count);
float rl_mujoco_sum_of_squares_float(const float *numbers, int64_t count);
/// Of numbers clipped to `low` to `high`; NaN stays NaN.
double rl_mujoco_sum_of_squares(const double *numbers, int64_t count, double low, double high);

/// libm's `pow`, which for squares differs from a product by a bit now and then; a compiler that saw the 2 would multiply.
double rl_mujoco_power(double base, double exponent);
