// A revolute joint that is as firm at its limits as that of Box2D 2.3, which Gymnasium's worlds were made with.
#pragma once

#include <box2d/box2d.h>

#include <algorithm>
#include <new>
#include <utility>

/// Solves its point and the limit it has reached as one system of three equations, instead of one after the other as
/// Box2D 2.4 does, whose bodies go on rocking where both hold.
///
/// A limit holds for a whole step if it is reached at the step's beginning, so that a joint comes to rest just beyond it.
/// The two limits must be further apart than Box2D's slop for angles.
class Hinge final : public b2RevoluteJoint {
 public:
  /// Takes the place of a joint that its world has made: in its memory, with all its links.
  static Hinge *replacing(b2RevoluteJoint *joint) {
    static_assert(sizeof(Hinge) == sizeof(b2RevoluteJoint), "it is freed as what it replaces");
    const Hinge copy(*joint);
    return new (joint) Hinge(copy);
  }

 protected:
  void InitVelocityConstraints(const b2SolverData &data) override {
    // What a limit did in the last step is where its solution begins, if it still holds.
    const float angle = GetJointAngle();
    if (angle > m_lowerAngle) m_lowerImpulse = 0;
    if (angle < m_upperAngle) m_upperImpulse = 0;
    b2RevoluteJoint::InitVelocityConstraints(data);
  }

  void SolveVelocityConstraints(const b2SolverData &data) override {
    if (!is_at_lower() && !is_at_upper()) return without_limits([&] { b2RevoluteJoint::SolveVelocityConstraints(data); });
    b2Velocity &a = data.velocities[m_indexA], &b = data.velocities[m_indexB];
    if (m_enableMotor) turn(a, b, motor_impulse(b.w - a.w, data.step.dt));

    const b2Vec2 slip = b.v + b2Cross(b.w, m_rB) - a.v - b2Cross(a.w, m_rA);
    const b2Vec2 coupling(-m_rA.y * m_invIA - m_rB.y * m_invIB, m_rA.x * m_invIA + m_rB.x * m_invIB);
    const b2Mat33 masses(
      b2Vec3(m_K.ex.x, m_K.ex.y, coupling.x), b2Vec3(m_K.ey.x, m_K.ey.y, coupling.y),
      b2Vec3(coupling.x, coupling.y, m_invIA + m_invIB));
    b2Vec3 impulse = -masses.Solve33(b2Vec3(slip.x, slip.y, b.w - a.w));

    // A limit only pushes: what would pull is taken back, and the point solved without it.
    float &limit = is_at_lower() ? m_lowerImpulse : m_upperImpulse;
    const float sign = is_at_lower() ? 1 : -1;
    if (limit + sign * impulse.z < 0) {
      const float back = -sign * limit;
      const b2Vec2 point = masses.Solve22(-slip - back * coupling);
      impulse.Set(point.x, point.y, back);
      limit = 0;
    } else {
      limit += sign * impulse.z;
    }
    const b2Vec2 push(impulse.x, impulse.y);
    m_impulse += push;
    a.v -= m_invMassA * push;
    a.w -= m_invIA * b2Cross(m_rA, push);
    b.v += m_invMassB * push;
    b.w += m_invIB * b2Cross(m_rB, push);
    turn(a, b, impulse.z);
  }

  bool SolvePositionConstraints(const b2SolverData &data) override {
    float &a = data.positions[m_indexA].a, &b = data.positions[m_indexB].a;
    const float angle = b - a - m_referenceAngle;
    float excess = 0;
    if (is_at_lower()) excess = m_lowerAngle - angle;
    if (is_at_upper()) excess = angle - m_upperAngle;
    const float correction = m_axialMass * std::clamp(excess - b2_angularSlop, 0.0f, b2_maxAngularCorrection);
    const float sign = is_at_lower() ? 1 : -1;
    a -= sign * m_invIA * correction;
    b += sign * m_invIB * correction;
    bool is_point_solved = false;
    without_limits([&] { is_point_solved = b2RevoluteJoint::SolvePositionConstraints(data); });
    return is_point_solved && excess <= b2_angularSlop;
  }

 private:
  explicit Hinge(const b2RevoluteJoint &joint) : b2RevoluteJoint(joint) {}

  // As the step begins; Box2D keeps that angle.
  bool is_at_lower() const { return m_enableLimit && m_angle <= m_lowerAngle; }
  bool is_at_upper() const { return m_enableLimit && m_angle >= m_upperAngle; }

  template <typename Work>
  void without_limits(Work work) {
    const bool had_limit = std::exchange(m_enableLimit, false);
    work();
    m_enableLimit = had_limit;
  }

  float motor_impulse(float speed, float seconds) {
    const float before = m_motorImpulse, most = seconds * m_maxMotorTorque;
    m_motorImpulse = std::clamp(before - m_axialMass * (speed - m_motorSpeed), -most, most);
    return m_motorImpulse - before;
  }

  void turn(b2Velocity &a, b2Velocity &b, float impulse) const {
    a.w -= m_invIA * impulse;
    b.w += m_invIB * impulse;
  }
};
