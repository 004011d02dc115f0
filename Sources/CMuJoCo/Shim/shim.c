// The library that stands between the program and MuJoCo: `scripts/mujoco` compiles it against MuJoCo's headers.
#include <mujoco/mujoco.h>

#include <stdio.h>
#include <stdlib.h>

#include "CMuJoCo.h"

static mjModel *model_of(const rl_mujoco_model *model) { return (mjModel *)model; }
static mjData *data_of(const rl_mujoco_data *data) { return (mjData *)data; }

static rl_mujoco_model *load(const char *path, char *error, int32_t capacity) {
  return (rl_mujoco_model *)mj_loadXML(path, NULL, error, capacity);
}

static void free_model(rl_mujoco_model *model) { mj_deleteModel(model_of(model)); }

static rl_mujoco_shape shape(const rl_mujoco_model *model) {
  const mjModel *m = model_of(model);
  return (rl_mujoco_shape){
      .positions = (int32_t)m->nq,
      .velocities = (int32_t)m->nv,
      .actuators = (int32_t)m->nu,
      .activations = (int32_t)m->na,
      .bodies = (int32_t)m->nbody,
      .sites = (int32_t)m->nsite,
      .state_size = (int32_t)mj_stateSize(m, mjSTATE_INTEGRATION),
      .timestep = m->opt.timestep,
      .initial_positions = m->qpos0,
      .control_range = m->actuator_ctrlrange,
      .body_masses = m->body_mass,
  };
}

static int32_t body(const rl_mujoco_model *model, const char *name) {
  return mj_name2id(model_of(model), mjOBJ_BODY, name);
}

static rl_mujoco_data *make_data(const rl_mujoco_model *model) { return (rl_mujoco_data *)mj_makeData(model_of(model)); }

static void free_data(rl_mujoco_data *data) { mj_deleteData(data_of(data)); }

static rl_mujoco_columns columns(rl_mujoco_data *data) {
  mjData *d = data_of(data);
  return (rl_mujoco_columns){
      .qpos = d->qpos,
      .qvel = d->qvel,
      .ctrl = d->ctrl,
      .xpos = d->xpos,
      .xipos = d->xipos,
      .site_xpos = d->site_xpos,
      .cinert = d->cinert,
      .cvel = d->cvel,
      .cfrc_ext = d->cfrc_ext,
      .qfrc_actuator = d->qfrc_actuator,
      .qfrc_constraint = d->qfrc_constraint,
  };
}

static void reset(const rl_mujoco_model *model, rl_mujoco_data *data) { mj_resetData(model_of(model), data_of(data)); }

static void forward(const rl_mujoco_model *model, rl_mujoco_data *data) { mj_forward(model_of(model), data_of(data)); }

static void step(const rl_mujoco_model *model, rl_mujoco_data *data, int32_t frames) {
  for (int32_t frame = 0; frame < frames; frame++) mj_step(model_of(model), data_of(data));
}

static void contact_forces(const rl_mujoco_model *model, rl_mujoco_data *data) {
  mj_rnePostConstraint(model_of(model), data_of(data));
}

static void get_state(const rl_mujoco_model *model, const rl_mujoco_data *data, double *state) {
  mj_getState(model_of(model), data_of(data), state, mjSTATE_INTEGRATION);
}

static void set_state(const rl_mujoco_model *model, rl_mujoco_data *data, const double *state) {
  mj_setState(model_of(model), data_of(data), state, mjSTATE_INTEGRATION);
}

// MuJoCo would write warnings to the terminal and to a file in the folder at hand.
static void ignore(const char *words) { (void)words; }

// MuJoCo does not go on after an error.
static void fail(const char *words) {
  fprintf(stderr, "MuJoCo: %s\n", words);
  abort();
}

const rl_mujoco_functions *rl_mujoco_shim(void);

const rl_mujoco_functions *rl_mujoco_shim(void) {
  static rl_mujoco_functions functions = {
      .interface = RL_MUJOCO_INTERFACE,
      .header_version = mjVERSION_HEADER,
      .load = load,
      .free_model = free_model,
      .shape = shape,
      .body = body,
      .make_data = make_data,
      .free_data = free_data,
      .columns = columns,
      .reset = reset,
      .forward = forward,
      .step = step,
      .contact_forces = contact_forces,
      .get_state = get_state,
      .set_state = set_state,
  };
  functions.version = mj_version();
  mju_user_warning = ignore;
  mju_user_error = fail;
  return &functions;
}
