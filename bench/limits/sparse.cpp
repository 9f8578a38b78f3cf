// The whole matrix of an implicit step by Eigen's sparse LU, in an order by approximate minimum degree without pivoting:
// a peer for nested dissection, not ours.
// sparse KIND repeats points dimension steps: a line of JSON, the fewest CPU seconds of the repeats to order and factor, or
// for so many steps of 1/50 with one factorization, and u in the middle after them, which must be the toolkit's to rounding.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <eigen3/Eigen/SparseLU>
#include <string>
#include <vector>

using Matrix = Eigen::SparseMatrix<double>;
using Vector = Eigen::VectorXd;

static double now() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

// dX_k = (−X_k + X_(k+1) / 2) dt + s_k dW_k on (−4, 4)^d, cyclic in k, central differences, u = 0 on the sides.
struct Box {
  int n, d, size = 1;
  double h;
  std::vector<int> strides;

  Box(int points, int dimension) : n(points), d(dimension), h(8.0 / (points - 1)), strides(dimension) {
    for (int k = d - 1; k >= 0; k--) {
      strides[k] = size;
      size *= n;
    }
  }
  int index(int p, int k) const { return p / strides[k] % n; }
  double at(int p, int k) const { return -4 + 8.0 * index(p, k) / (n - 1); }
  bool inside(int p) const {
    for (int k = 0; k < d; k++)
      if (index(p, k) == 0 || index(p, k) == n - 1) return false;
    return true;
  }
  // I − dt A
  Matrix step(double dt) const {
    std::vector<Eigen::Triplet<double>> entries;
    for (int p = 0; p < size; p++) {
      double own = 1;
      for (int k = 0; inside(p) && k < d; k++) {
        const double s = 0.8 - 0.1 * k, half = s * s / 2 / (h * h);
        const double drift = (-at(p, k) + at(p, (k + 1) % d) / 2) / (2 * h);
        own += 2 * dt * half;
        entries.emplace_back(p, p - strides[k], -dt * (half - drift));
        entries.emplace_back(p, p + strides[k], -dt * (half + drift));
      }
      entries.emplace_back(p, p, own);
    }
    Matrix made(size, size);
    made.setFromTriplets(entries.begin(), entries.end());
    return made;
  }
  Vector terminal() const {
    Vector u = Vector::Zero(size);
    for (int p = 0; p < size; p++) {
      double square = 0;
      for (int k = 0; k < d; k++) square += at(p, k) * at(p, k);
      if (inside(p)) u[p] = std::exp(-square);
    }
    return u;
  }
};

// Eigen's order numbers the nodes; its factorization asks which place each node gets.
struct MinimumDegree {
  using PermutationType = Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int>;
  template <class Pattern>
  void operator()(const Pattern& pattern, PermutationType& places) {
    PermutationType order;
    Eigen::AMDOrdering<int>()(pattern, order);
    places = order.inverse();
  }
};

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const std::string kind = argv[1];
  const int repeats = std::atoi(argv[2]), steps = std::atoi(argv[5]);
  const Box box(std::atoi(argv[3]), std::atoi(argv[4]));
  if (kind != "factor" && kind != "solve") return 2;
  const Matrix matrix = box.step(0.02);
  Eigen::SparseLU<Matrix, MinimumDegree> lu;
  // The order is that of a symmetric pattern, and needs no pivoting.
  lu.isSymmetric(true);
  lu.setPivotThreshold(0);
  double factored = 1e300, solved = 1e300;
  // Steps alone need only one factorization.
  for (int r = 0; r < (kind == "factor" ? repeats : 1); r++) {
    const double start = now();
    lu.compute(matrix);
    factored = std::min(factored, now() - start);
  }
  if (lu.info() != Eigen::Success) return 1;
  Vector u;
  for (int r = 0; r < (kind == "solve" ? repeats : 1); r++) {
    u = box.terminal();
    const double start = now();
    for (int i = 0; i < steps; i++) u = lu.solve(u);
    solved = std::min(solved, now() - start);
  }
  std::printf("{\"value\": %.17g, \"seconds\": %.9g}\n", u[box.size / 2], kind == "factor" ? factored : solved);
}
