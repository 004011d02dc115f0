#include "CBox2D.h"

#include <box2d/box2d.h>

#include <vector>

#include "hinge.h"

namespace {

struct Body {
  b2Body *body;
  bool has_contact = false;
  bool has_touched = false;
};

/// Keeps what each body touches.
class Contacts final : public b2ContactListener {
 public:
  explicit Contacts(std::vector<Body> &bodies) : bodies(bodies) {}

  void BeginContact(b2Contact *contact) override { note(contact, true); }
  void EndContact(b2Contact *contact) override { note(contact, false); }

 private:
  void note(b2Contact *contact, bool begins) {
    for (b2Fixture *fixture : {contact->GetFixtureA(), contact->GetFixtureB()}) {
      Body &body = bodies[fixture->GetBody()->GetUserData().pointer];
      body.has_contact = begins;
      body.has_touched |= begins;
    }
  }

  std::vector<Body> &bodies;
};

/// The nearest hit of a ray.
class Ray final : public b2RayCastCallback {
 public:
  explicit Ray(uint16_t categories) : categories(categories) {}

  float ReportFixture(b2Fixture *fixture, const b2Vec2 &, const b2Vec2 &, float at) override {
    if ((fixture->GetFilterData().categoryBits & categories) == 0) return -1;
    fraction = at;
    return at;
  }

  float fraction = 1;

 private:
  uint16_t categories;
};

b2Vec2 vector(rl_point point) { return b2Vec2(point.x, point.y); }

void add(b2Body *body, const b2Shape &shape, rl_material material) {
  b2FixtureDef part;
  part.shape = &shape;
  part.density = material.density;
  part.friction = material.friction;
  part.restitution = material.restitution;
  part.filter.categoryBits = material.category;
  part.filter.maskBits = material.mask;
  body->CreateFixture(&part);
}

}  // namespace

struct rl_physics {
  explicit rl_physics(b2Vec2 gravity) : world(gravity), contacts(bodies) {
    world.SetContactListener(&contacts);
  }

  std::vector<Body> bodies;
  std::vector<b2RevoluteJoint *> hinges;
  b2World world;
  Contacts contacts;
};

rl_physics *rl_physics_create(float gravity_x, float gravity_y) {
  return new rl_physics(b2Vec2(gravity_x, gravity_y));
}

void rl_physics_destroy(rl_physics *physics) {
  // Contacts that end with their world are of no interest.
  physics->world.SetContactListener(nullptr);
  delete physics;
}

int32_t rl_physics_add_body(rl_physics *physics, bool is_dynamic, rl_point position, float angle) {
  b2BodyDef definition;
  definition.type = is_dynamic ? b2_dynamicBody : b2_staticBody;
  definition.position = vector(position);
  definition.angle = angle;
  definition.userData.pointer = physics->bodies.size();
  physics->bodies.push_back(Body{physics->world.CreateBody(&definition)});
  return static_cast<int32_t>(definition.userData.pointer);
}

void rl_physics_add_polygon(
  rl_physics *physics, int32_t body, const rl_point *corners, int32_t count, rl_material material) {
  b2Vec2 vertices[b2_maxPolygonVertices];
  for (int32_t i = 0; i < count; ++i) vertices[i] = vector(corners[i]);
  b2PolygonShape shape;
  shape.Set(vertices, count);
  add(physics->bodies[body].body, shape, material);
}

void rl_physics_add_box(
  rl_physics *physics, int32_t body, float half_width, float half_height, rl_material material) {
  b2PolygonShape shape;
  shape.SetAsBox(half_width, half_height);
  add(physics->bodies[body].body, shape, material);
}

void rl_physics_add_edge(rl_physics *physics, int32_t body, rl_point from, rl_point to, rl_material material) {
  b2EdgeShape shape;
  shape.SetTwoSided(vector(from), vector(to));
  add(physics->bodies[body].body, shape, material);
}

int32_t rl_physics_add_hinge(rl_physics *physics, rl_hinge hinge) {
  b2RevoluteJointDef definition;
  definition.bodyA = physics->bodies[hinge.body_a].body;
  definition.bodyB = physics->bodies[hinge.body_b].body;
  definition.localAnchorA = vector(hinge.anchor_a);
  definition.localAnchorB = vector(hinge.anchor_b);
  definition.referenceAngle = definition.bodyB->GetAngle() - definition.bodyA->GetAngle();
  definition.enableLimit = true;
  definition.lowerAngle = hinge.lower_angle;
  definition.upperAngle = hinge.upper_angle;
  definition.enableMotor = true;
  definition.motorSpeed = hinge.motor_speed;
  definition.maxMotorTorque = hinge.max_motor_torque;
  auto *joint = static_cast<b2RevoluteJoint *>(physics->world.CreateJoint(&definition));
  physics->hinges.push_back(Hinge::replacing(joint));
  return static_cast<int32_t>(physics->hinges.size() - 1);
}

void rl_physics_apply_force(rl_physics *physics, int32_t body, rl_point force) {
  physics->bodies[body].body->ApplyForceToCenter(vector(force), true);
}

void rl_physics_apply_torque(rl_physics *physics, int32_t body, float torque) {
  physics->bodies[body].body->ApplyTorque(torque, true);
}

void rl_physics_apply_impulse(rl_physics *physics, int32_t body, rl_point impulse, rl_point at) {
  physics->bodies[body].body->ApplyLinearImpulse(vector(impulse), vector(at), true);
}

void rl_physics_set_motor(rl_physics *physics, int32_t hinge, float speed, float max_torque) {
  physics->hinges[hinge]->SetMotorSpeed(speed);
  physics->hinges[hinge]->SetMaxMotorTorque(max_torque);
}

void rl_physics_step(
  rl_physics *physics, float seconds, int32_t velocity_iterations, int32_t position_iterations) {
  physics->world.Step(seconds, velocity_iterations, position_iterations);
}

rl_motion rl_physics_motion(const rl_physics *physics, int32_t body) {
  const Body &found = physics->bodies[body];
  const b2Vec2 position = found.body->GetPosition();
  const b2Vec2 velocity = found.body->GetLinearVelocity();
  return rl_motion{
    {position.x, position.y}, {velocity.x, velocity.y}, found.body->GetAngle(), found.body->GetAngularVelocity(),
    found.body->IsAwake(),    found.has_contact,        found.has_touched};
}

rl_hinge_motion rl_physics_hinge_motion(const rl_physics *physics, int32_t hinge) {
  return rl_hinge_motion{physics->hinges[hinge]->GetJointAngle(), physics->hinges[hinge]->GetJointSpeed()};
}

float rl_physics_cast_ray(const rl_physics *physics, rl_point from, rl_point to, uint16_t categories) {
  Ray ray(categories);
  physics->world.RayCast(&ray, vector(from), vector(to));
  return ray.fraction;
}
