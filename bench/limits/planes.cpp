// How fast splitting in two dimensions could be: coefficients at every node, lines solved in batches.
// planes KIND repeats points points steps: a line of JSON, the fewest CPU seconds of the repeats and u at a point,
// which must be the toolkit's to rounding.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

using Array = std::vector<double>;

struct Weights {
  double lower, own, upper;
};

static Weights first(double down, double up) {
  return {-up / (down * (down + up)), (up - down) / (down * up), down / (up * (down + up))};
}
static Weights second(double down, double up) {
  return {2 / (down * (down + up)), -2 / (down * up), 2 / (up * (down + up))};
}

static Array uniform(double a, double b, int n) {
  Array x(n);
  for (int i = 0; i < n; i++) x[i] = a + (b - a) * i / (n - 1);
  return x;
}
// Crowds around 0, from 0 to b.
static Array crowded(double b, int n, double width) {
  Array x(n);
  for (int i = 0; i < n; i++) x[i] = width * std::sinh(std::asinh(b / width) * i / (n - 1));
  return x;
}

constexpr int BATCH = 8;

typedef double Doubles __attribute__((vector_size(8 * BATCH), aligned(8)));
typedef int64_t Integers __attribute__((vector_size(8 * BATCH)));

// Eight rows of eight become eight columns.
static inline void transpose(Doubles* r) {
  const auto swap = [r](int a, int b, Integers low, Integers high) {
    const Doubles x = __builtin_shuffle(r[a], r[b], low), y = __builtin_shuffle(r[a], r[b], high);
    r[a] = x;
    r[b] = y;
  };
  for (int i = 0; i < 8; i += 2)
    swap(i, i + 1, Integers{0, 8, 2, 10, 4, 12, 6, 14}, Integers{1, 9, 3, 11, 5, 13, 7, 15});
  for (int i : {0, 1, 4, 5}) swap(i, i + 2, Integers{0, 1, 8, 9, 4, 5, 12, 13}, Integers{2, 3, 10, 11, 6, 7, 14, 15});
  for (int i = 0; i < 4; i++) swap(i, i + 4, Integers{0, 1, 2, 3, 8, 9, 10, 11}, Integers{4, 5, 6, 7, 12, 13, 14, 15});
}

// u on nx × ny nodes, y fastest. Rows of A₀ (along x) and A₁ (along y) at every node; zero rows keep their value. The
// first row along y may reach its second neighbor (`third`): one-sided differences of second order.
struct Plane {
  int nx, ny, size;
  Array x, y;
  Array lower[2], own[2], upper[2], third;
  Array mixed;  // a_xy, 0 in the first and the last column
  Array fx[3], fy[3];
  Array work;

  Plane(Array xs, Array ys) : nx(xs.size()), ny(ys.size()), size(nx * ny), x(std::move(xs)), y(std::move(ys)) {
    for (int k = 0; k < 2; k++) lower[k] = own[k] = upper[k] = Array(size);
    third.assign(nx, 0);
    for (int k = 0; k < 3; k++) {
      fx[k].assign(nx, 0);
      fy[k].assign(ny, 0);
    }
    for (int i = 1; i < nx - 1; i++) put(fx, i, first(x[i] - x[i - 1], x[i + 1] - x[i]));
    for (int j = 1; j < ny - 1; j++) put(fy, j, first(y[j] - y[j - 1], y[j + 1] - y[j]));
    work.assign(3 * ny, 0);
  }
  static void put(Array* w, int i, Weights value) {
    w[0][i] = value.lower;
    w[1][i] = value.own;
    w[2][i] = value.upper;
  }
  void inner(int k, int p, double b, double a, double down, double up) {
    const Weights d = first(down, up), dd = second(down, up);
    lower[k][p] = a * dd.lower + b * d.lower;
    upper[k][p] = a * dd.upper + b * d.upper;
    own[k][p] = -(lower[k][p] + upper[k][p]);
  }
};

// I − shift A_k, eliminated from the last row to the first: v_i = (r_i − carry_i v_(i−1)), after r_i −= multiplier_i
// r_(i+1).
struct Factors {
  int count, points, batches;
  bool along;  // y: lines are contiguous, and batches of them are transposed on the way
  Array multiplier, inverse, carry, thirds;

  // Node (line q, point i): strided lines lie side by side; contiguous ones in batches of BATCH lines, point after
  // point.
  int place(int q, int i) const { return along ? (q / BATCH * points + i) * BATCH + q % BATCH : i * count + q; }

  Factors(const Plane& g, int k, double shift)
      : count(k == 0 ? g.ny : g.nx), points(k == 0 ? g.nx : g.ny), batches((count + BATCH - 1) / BATCH), along(k == 1) {
    const int room = along ? batches * BATCH * points : count * points;
    multiplier = carry = Array(room);
    inverse = Array(room, 1);
    thirds = Array(along ? batches * BATCH : count);
    for (int q = 0; q < count; q++) {
      const auto node = [&](int i) { return along ? q * g.ny + i : i * g.ny + q; };
      double below = 0, next = 0, belowBelow = 0,
             nextNext = 0;  // of row i + 1 and i + 2: inverse diagonal and lower entry
      for (int i = points - 1; i >= 0; i--) {
        const int p = node(i), at = place(q, i);
        double up = -shift * g.upper[k][p];
        const double low = -shift * g.lower[k][p];
        if (i == 0 && along) {
          thirds[q] = -shift * g.third[q] * belowBelow;
          up -= thirds[q] * nextNext;
        }
        multiplier[at] = up * below;
        inverse[at] = 1 / (1 - shift * g.own[k][p] - multiplier[at] * next);
        carry[at] = low * inverse[at];
        belowBelow = below;
        nextNext = next;
        below = inverse[at];
        next = low;
      }
    }
  }

  // v ← (I − shift A_k)⁻¹ (v − factor · slope); the subtraction is only along y.
  void solve(double* v, double factor = 0, const double* slope = nullptr) const {
    if (along) return solveAlong(v, factor, slope);
    for (int i = points - 2; i >= 0; i--) {
      double* __restrict to = v + i * count;
      const double *from = to + count, *m = &multiplier[i * count];
      for (int q = 0; q < count; q++) to[q] -= m[q] * from[q];
    }
    for (int q = 0; q < count; q++) v[q] *= inverse[q];
    for (int i = 1; i < points; i++) {
      double* __restrict to = v + i * count;
      const double *from = to - count, *d = &inverse[i * count], *c = &carry[i * count];
      for (int q = 0; q < count; q++) to[q] = to[q] * d[q] - c[q] * from[q];
    }
  }

  void solveAlong(double* v, double factor, const double* slope) const {
    Array buffer(points * BATCH);
    Doubles* w = reinterpret_cast<Doubles*>(buffer.data());
    for (int batch = 0; batch < batches; batch++) {
      const int first = batch * BATCH, lines = std::min(BATCH, count - first),
                whole = lines == BATCH ? points / 8 * 8 : 0;
      double* rows = v + first * points;
      const double* slopes = slope + first * points;
      const auto at = [&](const Array& a, int i) {
        return *reinterpret_cast<const Doubles*>(&a[(batch * points + i) * BATCH]);
      };
      const auto block = [&](const double* from, int q, int i) {
        return *reinterpret_cast<const Doubles*>(from + q * points + i);
      };
      for (int i = 0; i < whole; i += 8) {
        for (int q = 0; q < BATCH; q++) w[i + q] = block(rows, q, i) - factor * block(slopes, q, i);
        transpose(w + i);
      }
      for (int i = whole; i < points; i++)
        for (int q = 0; q < BATCH; q++)
          w[i][q] = q < lines ? rows[q * points + i] - factor * slopes[q * points + i] : 0;
      Doubles next = w[points - 1];
      for (int i = points - 2; i > 0; i--) w[i] = next = w[i] - at(multiplier, i) * next;
      const Doubles third = *reinterpret_cast<const Doubles*>(&thirds[first]);
      w[0] = next = (w[0] - third * w[2] - at(multiplier, 0) * next) * at(inverse, 0);
      for (int i = 1; i < points; i++) w[i] = next = w[i] * at(inverse, i) - at(carry, i) * next;
      for (int i = 0; i < whole; i += 8) {
        transpose(w + i);
        for (int q = 0; q < BATCH; q++) *reinterpret_cast<Doubles*>(rows + q * points + i) = w[i + q];
      }
      for (int i = whole; i < points; i++)
        for (int q = 0; q < lines; q++) rows[q * points + i] = w[i][q];
    }
  }
};

// store(p, A₀ u, A₁ u, a_xy u_xy) at every node p, the last 0 unless MIXED; one pass over the rows.
template <bool MIXED, class Store>
static inline void apply(Plane& g, const double* u, Store store) {
  const int nx = g.nx, ny = g.ny;
  double* w[3] = {&g.work[0], &g.work[ny], &g.work[2 * ny]};
  const auto across = [&](int i, double* __restrict out) {
    const double *v = u + i * ny, *l = &g.fy[0][0], *o = &g.fy[1][0], *r = &g.fy[2][0];
    for (int j = 1; j < ny - 1; j++) out[j] = l[j] * v[j - 1] + o[j] * v[j] + r[j] * v[j + 1];
  };
  if (MIXED) {
    across(0, w[1]);
    across(0, w[0]);
  }
  for (int i = 0; i < nx; i++) {
    const int row = i * ny, down = i == 0 ? 0 : ny, up = i == nx - 1 ? 0 : ny;
    if (MIXED && i < nx - 1) across(i + 1, w[2]);
    const double *v = u + row, *l0 = &g.lower[0][row], *o0 = &g.own[0][row], *u0 = &g.upper[0][row];
    const double *l1 = &g.lower[1][row], *o1 = &g.own[1][row], *u1 = &g.upper[1][row], *a = &g.mixed[row];
    const double *wd = w[0], *wo = w[1], *wu = w[2], fd = g.fx[0][i], fo = g.fx[1][i], fu = g.fx[2][i];
    const auto along0 = [&](int j) { return l0[j] * v[j - down] + o0[j] * v[j] + u0[j] * v[j + up]; };
    const auto cross = [&](int j) { return MIXED ? a[j] * (fd * wd[j] + fo * wo[j] + fu * wu[j]) : 0; };
    store(row, along0(0), o1[0] * v[0] + u1[0] * v[1] + g.third[i] * v[2], 0.0);
#pragma GCC ivdep
    for (int j = 1; j < ny - 1; j++)
      store(row + j, along0(j), l1[j] * v[j - 1] + o1[j] * v[j] + u1[j] * v[j + 1], cross(j));
    const int end = ny - 1;
    store(row + end, along0(end), l1[end] * v[end - 1] + o1[end] * v[end], 0.0);
    std::rotate(w, w + 1, w + 3);
  }
}

static void douglas(Plane& g, Array& u, double dt, double theta, int steps) {
  const Factors f0(g, 0, theta * dt), f1(g, 1, theta * dt);
  Array other(g.size), slope(g.size);
  double *from = u.data(), *to = other.data(), *a1 = slope.data();
  for (int step = 0; step < steps; step++) {
    apply<false>(g, from, [=](int p, double s0, double s1, double) {
      to[p] = from[p] + dt * ((1 - theta) * s0 + s1);
      a1[p] = s1;
    });
    f0.solve(to);
    f1.solve(to, theta * dt, a1);
    std::swap(from, to);
  }
  if (from != u.data()) u = other;
}

static void hundsdorferVerwer(Plane& g, Array& u, double dt, double theta, int steps) {
  const Factors f0(g, 0, theta * dt), f1(g, 1, theta * dt);
  Array first(g.size), second(g.size), slope(g.size);
  double *v = u.data(), *y = first.data(), *z = second.data(), *a1 = slope.data();
  const double s = theta * dt;
  for (int step = 0; step < steps; step++) {
    apply<true>(g, v, [=](int p, double s0, double s1, double c) {
      const double whole = v[p] + dt * (s0 + s1 + c);
      z[p] = (v[p] + whole) / 2;
      y[p] = whole - s * s0;
      a1[p] = s1;
    });
    f0.solve(y);
    f1.solve(y, s, a1);
    apply<true>(g, y, [=](int p, double s0, double s1, double c) {
      v[p] = z[p] + dt / 2 * (s0 + s1 + c) - s * s0;
      a1[p] = s1;
    });
    f0.solve(v);
    f1.solve(v, s, a1);
  }
}

// dX = (−X + Y/2) dt + …, dY = (X/4 − 0.8 Y) dt + …, σσᵀ constant, u = 0 on all sides, φ = exp(−x² − y²); u(0, 0).
static double plane(int nx, int ny, int steps, bool correlated) {
  Plane g(uniform(-4, 4, nx), uniform(-4, 4, ny));
  const double axx = correlated ? 0.49 : 0.64, axy = 0.21, ayy = correlated ? 0.25 : 0.36;
  Array u(g.size);
  g.mixed.assign(g.size, 0);
  for (int i = 1; i < nx - 1; i++) {
    for (int j = 1; j < ny - 1; j++) {
      const int p = i * ny + j;
      const double x = g.x[i], y = g.y[j];
      g.inner(0, p, -x + y / 2, axx / 2, x - g.x[i - 1], g.x[i + 1] - x);
      g.inner(1, p, x / 4 - 0.8 * y, ayy / 2, y - g.y[j - 1], g.y[j + 1] - y);
      g.mixed[p] = axy;
      u[p] = std::exp(-x * x - y * y);
    }
  }
  if (correlated)
    hundsdorferVerwer(g, u, 1.0 / steps, 0.5 + std::sqrt(3.0) / 6, steps);
  else
    douglas(g, u, 1.0 / steps, 0.5, steps);
  return u[(nx / 2) * ny + ny / 2];
}

// Heston's call with two barriers in log S: u = 0 at x = ±2, one-sided at v = 0, reflecting at the largest v.
static double heston(int nx, int ny, int steps) {
  const double r = 0.025, kappa = 1.5, theta = 0.04, sigma = 0.3, rho = -0.9;
  Plane g(uniform(-2, 2, nx), crowded(0.6, ny, 0.1));
  Array u(g.size);
  g.mixed.assign(g.size, 0);
  for (int i = 1; i < nx - 1; i++) {
    for (int j = 0; j < ny; j++) {
      const int p = i * ny + j;
      const double x = g.x[i], v = g.y[j], b = kappa * (theta - v), a = sigma * sigma * v / 2;
      g.inner(0, p, r - v / 2, v / 2, x - g.x[i - 1], g.x[i + 1] - x);
      if (j == 0) {
        const double near = g.y[1], far = g.y[2] - g.y[1];
        g.own[1][p] = -b * (2 * near + far) / (near * (near + far));
        g.upper[1][p] = b * (near + far) / (near * far);
        g.third[i] = -b * near / (far * (near + far));
      } else if (j == ny - 1) {
        const double near = v - g.y[j - 1];
        g.lower[1][p] = 2 * a / (near * near);
        g.own[1][p] = -g.lower[1][p];
      } else {
        g.inner(1, p, b, a, v - g.y[j - 1], g.y[j + 1] - v);
        g.mixed[p] = rho * sigma * v;
      }
      g.own[0][p] -= r / 2;
      g.own[1][p] -= r / 2;
      u[p] = std::max(std::exp(x) - 1, 0.0);
    }
  }
  hundsdorferVerwer(g, u, 1.0 / steps, 0.5 + std::sqrt(3.0) / 6, steps);
  return u[(nx / 2) * ny + ny / 4];
}

int main(int count, char** words) {
  if (count != 6) return std::fprintf(stderr, "planes KIND repeats points points steps\n"), 1;
  const std::string kind = words[1];
  const auto number = [&](int i) { return std::atoi(words[i]); };
  std::function<double()> solve;
  if (kind == "douglas") solve = [&] { return plane(number(3), number(4), number(5), false); };
  if (kind == "hundsdorfer-verwer") solve = [&] { return plane(number(3), number(4), number(5), true); };
  if (kind == "heston") solve = [&] { return heston(number(3), number(4), number(5)); };
  if (!solve) return std::fprintf(stderr, "planes: no kind %s\n", words[1]), 1;
  double best = INFINITY, value = 0;
  for (int repeat = 0; repeat < number(2); repeat++) {
    const std::clock_t start = std::clock();
    value = solve();
    best = std::min(best, double(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::printf("{\"value\": %.17g, \"seconds\": %.9g}\n", value, best);
}
