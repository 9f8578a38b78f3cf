// How fast one dimension could be: Crank–Nicolson of u_t + b u_x + a u_xx = 0 with u = 0 at both ends.
// lines KIND repeats points steps: a line of JSON, the fewest CPU seconds of the repeats and u in the middle, which
// must be the toolkit's to rounding.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

using Array = std::vector<double>;

static Array uniform(double a, double b, int n) {
  Array x(n);
  for (int i = 0; i < n; i++) x[i] = a + (b - a) * i / (n - 1);
  return x;
}

// With coefficients that move: assembled and factored in every step.
static double thetaRefactored(int n, int steps) {
  const Array x = uniform(-5, 5, n);
  const double h = x[1] - x[0], dt = 1.0 / steps, s = dt / 2;
  Array u(n), low(n), up(n), own(n), lowNext(n), upNext(n), ownNext(n), ratio(n);
  for (int i = 1; i < n - 1; i++) u[i] = std::exp(-x[i] * x[i]);
  const auto assemble = [&](double t, Array& lower, Array& diagonal, Array& upper) {
    const double sigma = 0.6 + 0.3 * t, a = sigma * sigma / 2, wave = std::cos(3 * t), hh = 1 / (h * h),
                 h2 = 1 / (2 * h);
    for (int i = 1; i < n - 1; i++) {
      const double b = wave - x[i];
      lower[i] = a * hh - b * h2;
      upper[i] = a * hh + b * h2;
      diagonal[i] = -(lower[i] + upper[i]);
    }
  };
  assemble(1, low, own, up);
  Array r(n);
  for (int step = steps; step > 0; step--) {
    assemble((step - 1) * dt, lowNext, ownNext, upNext);
    for (int i = 1; i < n - 1; i++) r[i] = u[i] + s * (low[i] * u[i - 1] + own[i] * u[i] + up[i] * u[i + 1]);
    double before = 0, value = 0;
    for (int i = 1; i < n - 1; i++) {
      const double inverse = 1 / (1 - s * ownNext[i] + s * lowNext[i] * before);
      before = -s * upNext[i] * inverse;
      value = (r[i] + s * lowNext[i] * value) * inverse;
      ratio[i] = before;
      r[i] = value;
    }
    value = 0;
    for (int i = n - 2; i > 0; i--) u[i] = value = r[i] - ratio[i] * value;
    std::swap(low, lowNext);
    std::swap(own, ownNext);
    std::swap(up, upNext);
  }
  return u[n / 2];
}

// The same with coefficients that stay, factored once; eliminated from both ends at once, so that two chains of
// dependent operations overlap.
static double thetaPrefactored(int n, int steps) {
  const Array x = uniform(-5, 5, n);
  const double h = x[1] - x[0], dt = 1.0 / steps, s = dt / 2, a = 0.49 / 2;
  Array u(n), multiplier(n), inverse(n), other(n);
  for (int i = 1; i < n - 1; i++) u[i] = std::exp(-x[i] * x[i]);
  Array low(n), up(n), own(n);
  for (int i = 1; i < n - 1; i++) {
    low[i] = -s * (a / (h * h) + x[i] / (2 * h));
    up[i] = -s * (a / (h * h) - x[i] / (2 * h));
    own[i] = 1 - (low[i] + up[i]);
  }
  own[0] = own[n - 1] = 1;
  const int m = n / 2;
  // Below m: eliminate `low`, keep `up`. Above m: eliminate `up`, keep `low`. Row m loses both.
  for (int i = 1; i < m; i++) own[i] -= (multiplier[i] = low[i] / own[i - 1]) * up[i - 1];
  for (int i = n - 2; i > m; i--) own[i] -= (multiplier[i] = up[i] / own[i + 1]) * low[i + 1];
  const double left = low[m] / own[m - 1], right = up[m] / own[m + 1];
  own[m] -= left * up[m - 1] + right * low[m + 1];
  for (int i = 0; i < n; i++) {
    inverse[i] = 1 / own[i];
    other[i] = (i < m ? up[i] : low[i]) * inverse[i];
  }
  Array v(n);
  for (int step = 0; step < steps; step++) {
    // (I − s A)⁻¹ (I + s A) = 2 (I − s A)⁻¹ − I.
    double below = 0, above = 0;
    for (int i = 1, j = n - 2; i < m || j > m; i++, j--) {
      if (i < m) v[i] = below = u[i] - multiplier[i] * below;
      if (j > m) v[j] = above = u[j] - multiplier[j] * above;
    }
    below = above = (u[m] - left * below - right * above) * inverse[m];
    u[m] = 2 * below - u[m];
    for (int i = m - 1, j = m + 1; i > 0 || j < n - 1; i--, j++) {
      if (i > 0) u[i] = 2 * (below = v[i] * inverse[i] - other[i] * below) - u[i];
      if (j < n - 1) u[j] = 2 * (above = v[j] * inverse[j] - other[j] * above) - u[j];
    }
  }
  return u[m];
}

int main(int count, char** words) {
  if (count != 5) return std::fprintf(stderr, "lines KIND repeats points steps\n"), 1;
  const std::string kind = words[1];
  const auto number = [&](int i) { return std::atoi(words[i]); };
  std::function<double()> solve;
  if (kind == "theta-refactored") solve = [&] { return thetaRefactored(number(3), number(4)); };
  if (kind == "theta-prefactored") solve = [&] { return thetaPrefactored(number(3), number(4)); };
  if (!solve) return std::fprintf(stderr, "lines: no kind %s\n", words[1]), 1;
  double best = INFINITY, value = 0;
  for (int repeat = 0; repeat < number(2); repeat++) {
    const std::clock_t start = std::clock();
    value = solve();
    best = std::min(best, double(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::printf("{\"value\": %.17g, \"seconds\": %.9g}\n", value, best);
}
