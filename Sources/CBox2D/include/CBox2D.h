// What the environments need of Box2D 2.4, behind C functions: a world of bodies and joints, each named by the number in
// which it was added. Metres, seconds, kilograms, radians. A wrong number is undefined.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rl_physics rl_physics;

typedef struct {
  float x, y;
} rl_point;

/// Of a body's part: density, friction, bounciness, and the Box2D categories it has and collides with.
typedef struct {
  float density, friction, restitution;
  uint16_t category, mask;
} rl_material;

/// Two bodies joined at a point, given in the coordinates of each, with a motor and limits of the angle, which is 0 as
/// they are when joined.
typedef struct {
  int32_t body_a, body_b;
  rl_point anchor_a, anchor_b;
  float lower_angle, upper_angle;
  float motor_speed, max_motor_torque;
} rl_hinge;

/// How a body moves.
typedef struct {
  rl_point position, velocity;
  float angle, angular_velocity;
  bool is_awake;
  /// Whether the last contact that began or ended at the body began.
  bool has_contact;
  /// Whether any contact has begun since the body was added.
  bool has_touched;
} rl_motion;

typedef struct {
  float angle, speed;
} rl_hinge_motion;

rl_physics *rl_physics_create(float gravity_x, float gravity_y);
void rl_physics_destroy(rl_physics *physics);

int32_t rl_physics_add_body(rl_physics *physics, bool is_dynamic, rl_point position, float angle);
/// A convex polygon of 3 to 8 corners.
void rl_physics_add_polygon(
  rl_physics *physics, int32_t body, const rl_point *corners, int32_t count, rl_material material);
/// A rectangle around the body's origin.
void rl_physics_add_box(
  rl_physics *physics, int32_t body, float half_width, float half_height, rl_material material);
/// A line that collides on both sides.
void rl_physics_add_edge(rl_physics *physics, int32_t body, rl_point from, rl_point to, rl_material material);
int32_t rl_physics_add_hinge(rl_physics *physics, rl_hinge hinge);

// Each wakes the body.

void rl_physics_apply_force(rl_physics *physics, int32_t body, rl_point force);
void rl_physics_apply_torque(rl_physics *physics, int32_t body, float torque);
void rl_physics_apply_impulse(rl_physics *physics, int32_t body, rl_point impulse, rl_point at);

void rl_physics_set_motor(rl_physics *physics, int32_t hinge, float speed, float max_torque);

void rl_physics_step(
  rl_physics *physics, float seconds, int32_t velocity_iterations, int32_t position_iterations);

rl_motion rl_physics_motion(const rl_physics *physics, int32_t body);
rl_hinge_motion rl_physics_hinge_motion(const rl_physics *physics, int32_t hinge);
/// The share of the way between two points at which the first part of one of these categories is hit; 1 for none.
float rl_physics_cast_ray(const rl_physics *physics, rl_point from, rl_point to, uint16_t categories);

#ifdef __cplusplus
}
#endif
