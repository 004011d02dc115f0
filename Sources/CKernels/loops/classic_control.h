// Steps of classic control worlds. Expressions are those of the Swift files in Sources/Environments/ClassicControl,
// operation for operation: a copy in a batch and one alone have the same bits.
#pragma clang fp contract(off)

#define WORLD_STEP(name, ...) \
  static void name(double *state, size_t stride, const float *actions, float *observations, double *rewards, \
                   uint8_t *endings, size_t n, ##__VA_ARGS__)

#define TURN_HALF 0x1.921fb54442d18p+1  // π
#define TURN_WHOLE 0x1.921fb54442d18p+2

INLINE double clipped(double x, double limit) {
  return CHOOSE(x < -limit, -limit, CHOOSE(x > limit, limit, x));
}
INLINE float clipped_single(float x, float limit) { return CHOOSE(x < -limit, -limit, CHOOSE(x > limit, limit, x)); }

INLINE double cosine_double_of(double x) {
  double sine, cosine;
  sine_cosine_double_of(x, &sine, &cosine);
  return cosine;
}

static void rl_cart_pole_loop(double *state, size_t stride, const float *actions, float *observations,
                              double *rewards, uint8_t *endings, size_t n, double reward, double last_reward) {
  double *positions = state, *velocities = state + stride, *angles = state + 2 * stride;
  double *angular_velocities = state + 3 * stride;
  const double pole_mass = 0.1, total_mass = pole_mass + 1.0, length = 0.5, pole_moment = pole_mass * length;
  const double gravity = 9.8, tau = 0.02, angle_limit = 12 * 2 * TURN_HALF / 360;
  VECTOR for (size_t i = 0; i < n; i++) {
    double position = positions[i], velocity = velocities[i];
    double angle = angles[i], angular_velocity = angular_velocities[i];
    double force = CHOOSE(actions[i] == 1, 10.0, -10.0), sine, cosine;
    sine_cosine_double_of(angle, &sine, &cosine);
    double pull = (force + pole_moment * (angular_velocity * angular_velocity) * sine) / total_mass;
    double angular_acceleration =
        (gravity * sine - cosine * pull) / (length * (4.0 / 3.0 - pole_mass * (cosine * cosine) / total_mass));
    double acceleration = pull - pole_moment * angular_acceleration * cosine / total_mass;
    position = position + tau * velocity;
    velocity = velocity + tau * acceleration;
    angle = angle + tau * angular_velocity;
    angular_velocity = angular_velocity + tau * angular_acceleration;
    positions[i] = position;
    velocities[i] = velocity;
    angles[i] = angle;
    angular_velocities[i] = angular_velocity;
    observations[4 * i] = (float)position;
    observations[4 * i + 1] = (float)velocity;
    observations[4 * i + 2] = (float)angle;
    observations[4 * i + 3] = (float)angular_velocity;
    int failed = (__builtin_elementwise_abs(position) > 2.4) | (__builtin_elementwise_abs(angle) > angle_limit);
    rewards[i] = CHOOSE(failed, last_reward, reward);
    endings[i] = (uint8_t)failed;
  }
}

static void rl_mountain_car_loop(double *state, size_t stride, const float *actions, float *observations,
                                 double *rewards, uint8_t *endings, size_t n, double goal_velocity) {
  double *positions = state, *velocities = state + stride;
  VECTOR for (size_t i = 0; i < n; i++) {
    double change = (double)(actions[i] - 1) * 0.001 + cosine_double_of(3 * positions[i]) * -0.0025;
    double velocity = clipped(velocities[i] + change, 0.07);
    double position = positions[i] + velocity;
    position = CHOOSE(position < -1.2, -1.2, CHOOSE(position > 0.6, 0.6, position));
    velocity = CHOOSE((position == -1.2) & (velocity < 0), 0, velocity);
    positions[i] = position;
    velocities[i] = velocity;
    observations[2 * i] = (float)position;
    observations[2 * i + 1] = (float)velocity;
    rewards[i] = -1;
    endings[i] = (uint8_t)((position >= 0.5) & (velocity >= goal_velocity));
  }
}

// Both the first step of an episode, in double, and later ones, in single precision.
static void rl_mountain_car_continuous_loop(double *state, size_t stride, const float *actions, float *observations,
                                            double *rewards, uint8_t *endings, size_t n, double goal_velocity) {
  double *positions = state, *velocities = state + stride, *firsts = state + 2 * stride;
  const double power = 0.0015;
  VECTOR for (size_t i = 0; i < n; i++) {
    float force = actions[i];
    int first = firsts[i] != 0;
    double position = positions[i], velocity = velocities[i];
    float single_position = (float)position, single_velocity = (float)velocity;
    double slope = 0.0025 * cosine_double_of(CHOOSE(first, 3 * position, (double)(3 * single_position)));
    double strong = CHOOSE(force > 0, power, -power) - slope;
    float weak = force * (float)power - (float)slope;
    int is_strong = __builtin_elementwise_abs(force) > 1;

    velocity = clipped(velocity + CHOOSE(is_strong, strong, (double)weak), 0.07);
    position = position + velocity;
    position = CHOOSE(position < -1.2, -1.2, CHOOSE(position > 0.6, 0.6, position));
    velocity = CHOOSE((position == -1.2) & (velocity < 0), 0, velocity);

    single_velocity = clipped_single(single_velocity + CHOOSE(is_strong, (float)strong, weak), 0.07f);
    single_position = single_position + single_velocity;
    single_position = CHOOSE(single_position < -1.2f, -1.2f, CHOOSE(single_position > 0.6f, 0.6f, single_position));
    single_velocity = CHOOSE((single_position == -1.2f) & (single_velocity < 0), 0, single_velocity);

    int arrived_first = (position >= 0.45) & (velocity >= goal_velocity);
    int arrived_later = (single_position >= 0.45f) & (single_velocity >= (float)goal_velocity);
    int arrived = CHOOSE(first, arrived_first, arrived_later);
    float next_position = CHOOSE(first, (float)position, single_position);
    float next_velocity = CHOOSE(first, (float)velocity, single_velocity);
    positions[i] = (double)next_position;
    velocities[i] = (double)next_velocity;
    firsts[i] = 0;
    observations[2 * i] = next_position;
    observations[2 * i + 1] = next_velocity;
    double cost = (double)force * (double)force * 0.1;
    rewards[i] = CHOOSE(arrived, 100.0, 0.0) - cost;
    endings[i] = (uint8_t)arrived;
  }
}

static void rl_pendulum_loop(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                             uint8_t *endings, size_t n, double gravity) {
  double *angles = state, *velocities = state + stride, *sines = state + 2 * stride;
  const double lift = 3 * gravity / 2;
  VECTOR for (size_t i = 0; i < n; i++) {
    float torque = clipped_single(actions[i], 2);
    double angle = angles[i], velocity = velocities[i];
    // The remainder of angle + π by a turn, exact: the quotient is right or one off.
    double from = angle + TURN_HALF, size = __builtin_elementwise_abs(from);
    double rest = FMA(-__builtin_elementwise_floor(size / TURN_WHOLE), TURN_WHOLE, size);
    rest = CHOOSE(rest < 0, rest + TURN_WHOLE, CHOOSE(rest >= TURN_WHOLE, rest - TURN_WHOLE, rest));
    double normalized = CHOOSE((from < 0) & (rest > 0), TURN_WHOLE - rest, rest) - TURN_HALF;
    double cost =
        normalized * normalized + 0.1 * (velocity * velocity) + (double)(0.001f * (torque * torque));
    double acceleration = lift * sines[i] + (double)(3 * torque);
    velocity = clipped(velocity + acceleration * 0.05, 8);
    angle = angle + velocity * 0.05;
    double sine, cosine;
    sine_cosine_double_of(angle, &sine, &cosine);
    angles[i] = angle;
    velocities[i] = velocity;
    sines[i] = sine;
    observations[3 * i] = (float)cosine;
    observations[3 * i + 1] = (float)sine;
    observations[3 * i + 2] = (float)velocity;
    rewards[i] = -cost;
    endings[i] = 0;
  }
}

// The accelerations of both links of the acrobot.
INLINE void acrobot_slope(double angle1, double angle2, double velocity1, double velocity2, double torque,
                          double *acceleration1, double *acceleration2) {
  const double centre = 0.5, gravity = 9.8;
  double sine2, cosine2;
  sine_cosine_double_of(angle2, &sine2, &cosine2);
  double d1 = centre * centre + (1 + centre * centre + 2 * centre * cosine2) + 1 + 1;
  double d2 = centre * centre + centre * cosine2 + 1;
  double phi2 = centre * gravity * cosine_double_of(angle1 + angle2 - TURN_HALF / 2);
  double phi1 = -centre * (velocity2 * velocity2) * sine2 - 2 * centre * velocity2 * velocity1 * sine2 +
                (centre + 1) * gravity * cosine_double_of(angle1 - TURN_HALF / 2) + phi2;
  *acceleration2 = (torque + d2 / d1 * phi1 - centre * (velocity1 * velocity1) * sine2 - phi2) /
                   (centre * centre + 1 - (d2 * d2) / d1);
  *acceleration1 = -(d2 * *acceleration2 + phi1) / d1;
}

// A step adds less than four turns, so that four corrections bring an angle back to -π ... π.
INLINE double wrapped(double angle) {
  for (int k = 0; k < 4; k++) {
    angle = CHOOSE(angle > TURN_HALF, angle - TURN_WHOLE, angle);
    angle = CHOOSE(angle < -TURN_HALF, angle + TURN_WHOLE, angle);
  }
  return angle;
}

static void rl_acrobot_loop(double *state, size_t stride, const float *actions, float *observations, double *rewards,
                            uint8_t *endings, size_t n) {
  double *angles1 = state, *angles2 = state + stride, *velocities1 = state + 2 * stride;
  double *velocities2 = state + 3 * stride, *firsts = state + 4 * stride;
  const double tau = 0.2;
  VECTOR for (size_t i = 0; i < n; i++) {
    double torque = (double)(actions[i] - 1);
    double a1 = angles1[i], a2 = angles2[i], v1 = velocities1[i], v2 = velocities2[i];
    // The classical method of Runge and Kutta: in each stage the slopes of the angles are the velocities.
    double p1, p2, q1, q2, r1, r2, s1, s2;
    acrobot_slope(a1, a2, v1, v2, torque, &p1, &p2);
    double vp1 = v1 + tau / 2 * p1, vp2 = v2 + tau / 2 * p2;
    acrobot_slope(a1 + tau / 2 * v1, a2 + tau / 2 * v2, vp1, vp2, torque, &q1, &q2);
    double vq1 = v1 + tau / 2 * q1, vq2 = v2 + tau / 2 * q2;
    acrobot_slope(a1 + tau / 2 * vp1, a2 + tau / 2 * vp2, vq1, vq2, torque, &r1, &r2);
    double vr1 = v1 + tau * r1, vr2 = v2 + tau * r2;
    acrobot_slope(a1 + tau * vq1, a2 + tau * vq2, vr1, vr2, torque, &s1, &s2);
    a1 = wrapped(a1 + tau / 6 * (v1 + 2 * vp1 + 2 * vq1 + vr1));
    a2 = wrapped(a2 + tau / 6 * (v2 + 2 * vp2 + 2 * vq2 + vr2));
    v1 = clipped(v1 + tau / 6 * (p1 + 2 * q1 + 2 * r1 + s1), 4 * TURN_HALF);
    v2 = clipped(v2 + tau / 6 * (p2 + 2 * q2 + 2 * r2 + s2), 9 * TURN_HALF);
    double sine1, cosine1, sine2, cosine2;
    sine_cosine_double_of(a1, &sine1, &cosine1);
    sine_cosine_double_of(a2, &sine2, &cosine2);
    int is_up = -cosine1 - cosine_double_of(a2 + a1) > 1;
    angles1[i] = a1;
    angles2[i] = a2;
    velocities1[i] = v1;
    velocities2[i] = v2;
    firsts[i] = 0;
    observations[6 * i] = (float)cosine1;
    observations[6 * i + 1] = (float)sine1;
    observations[6 * i + 2] = (float)cosine2;
    observations[6 * i + 3] = (float)sine2;
    observations[6 * i + 4] = (float)v1;
    observations[6 * i + 5] = (float)v2;
    rewards[i] = CHOOSE(is_up, 0.0, -1.0);
    endings[i] = (uint8_t)is_up;
  }
}

#pragma clang fp contract(on)
