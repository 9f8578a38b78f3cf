// How fast Monte Carlo could be: Euler–Maruyama on one thread, Philox4x32-10 or xoshiro128++ and Box–Muller in double
// precision, in vectors of eight. paths KIND repeats paths steps: a line of JSON, the fewest CPU seconds of the repeats, and the mean
// of the first state with its standard error.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

// Without AVX-512 the compiler splits these into what the machine has.
typedef double Doubles __attribute__((vector_size(64)));
typedef uint64_t Words __attribute__((vector_size(64)));
typedef int64_t Integers __attribute__((vector_size(64)));
constexpr int LANES = 8;
// Vectors at once: their chains of dependent operations overlap.
constexpr int GROUPS = 2;
constexpr int WIDTH = LANES * GROUPS;

#define ALL for (int g = 0; g < GROUPS; g++)

// The 64-bit product of the low halves of each lane.
static inline Words product(Words a, uint64_t b) {
#if defined(__AVX512F__)
  return Words(_mm512_mul_epu32(__m512i(a), _mm512_set1_epi64(int64_t(b))));
#else
  return (a & 0xffffffffu) * b;
#endif
}

static inline Doubles root(Doubles x) {
#if defined(__AVX512F__)
  return Doubles(_mm512_sqrt_pd(__m512d(x)));
#else
  for (int i = 0; i < LANES; i++) x[i] = std::sqrt(x[i]);
  return x;
#endif
}

// Philox4x32-10 of the counters (path + lane, step, part, 0): a word in the low half of each lane, and anything above
// it.
static inline void philox(uint64_t path, uint64_t step, uint64_t part, Words (*x)[GROUPS]) {
  const Words lane = {0, 1, 2, 3, 4, 5, 6, 7}, none = {};
  ALL {
    x[0][g] = lane + (path + LANES * g);
    x[1][g] = none + step;
    x[2][g] = none + part;
    x[3][g] = none;
  }
  uint64_t k0 = 1, k1 = 2;
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++) {
    ALL {
      const Words p = product(x[0][g], 0xd2511f53u), q = product(x[2][g], 0xcd9e8d57u);
      x[0][g] = (q >> 32) ^ x[1][g] ^ k0;
      x[2][g] = (p >> 32) ^ x[3][g] ^ k1;
      x[1][g] = q;
      x[3][g] = p;
    }
    k0 = (k0 + 0x9e3779b9u) & 0xffffffffu;
    k1 = (k1 + 0xbb67ae85u) & 0xffffffffu;
  }
}

// The words of a pair of steps by counters: nothing is kept.
struct Philox {
  uint64_t path;
  explicit Philox(uint64_t path) : path(path) {}
  void words(uint64_t step, uint64_t part, Words (*x)[GROUPS]) { philox(path, step, part, x); }
};

// The same in order: a stream a path, from a state that Philox makes. All groups are one vector of 32-bit lanes.
struct Xoshiro {
  typedef uint32_t State __attribute__((vector_size(4 * WIDTH)));
  typedef uint32_t Half __attribute__((vector_size(4 * LANES)));
  State s[4];
  explicit Xoshiro(uint64_t path) {
    Words seed[4][GROUPS];
    philox(path, 0, 1u << 31, seed);
    for (int word = 0; word < 4; word++)
      for (int lane = 0; lane < WIDTH; lane++) s[word][lane] = uint32_t(seed[word][lane / LANES][lane % LANES]);
  }
  static State turned(State x, int k) { return (x << k) | (x >> (32 - k)); }
  void words(uint64_t, uint64_t, Words (*x)[GROUPS]) {
    for (int word = 0; word < 4; word++) {
      const State next = turned(s[0] + s[3], 7) + s[0], t = s[1] << 9;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = turned(s[3], 11);
      ALL {
        Half part;
        std::memcpy(&part, reinterpret_cast<const char*>(&next) + sizeof(Half) * g, sizeof(Half));
        x[word][g] = __builtin_convertvector(part, Words);
      }
    }
  }
};

// A uniform of 53 bits, times 2⁵³.
static inline Words bits53(Words high, Words low) { return ((high & 0xffffffe0u) << 21) | ((low & 0xffffffffu) >> 6); }

// ln u for u in (0, 1]: u = 2^e m with m in [√½, √2), and ln m = 2 artanh((m − 1) / (m + 1)) by its series; the next
// term is below 1e-18.
static inline Doubles logarithm(Doubles u) {
  const Integers bits = Integers(u);
  const Integers e = (bits + 0x00095f6200000000) >> 52;  // the addition carries into the exponent from √2 on
  const Doubles m = Doubles(bits - ((e - 1023) << 52));
  const Doubles s = (m - 1) / (m + 1), z = s * s;
  Doubles sum = z * (1.0 / 21) + 1.0 / 19;
#pragma GCC unroll 8
  for (int k = 17; k >= 3; k -= 2) sum = sum * z + 1.0 / k;
  const Doubles exponent = __builtin_convertvector(e - 1023, Doubles);
  return exponent * 0.69314718055994530942 + 2 * (s + s * z * sum);
}

// √(−2 ln u) (cos 2πv, sin 2πv), the quarter turn taken off and chosen by arithmetic.
static inline void boxMuller(const Words (*x)[GROUPS], Doubles (*n)[GROUPS]) {
  ALL {
    const Doubles u = __builtin_convertvector(Integers(bits53(x[0][g], x[1][g]) + 1), Doubles) * 0x1p-53;
    const Doubles quarters = __builtin_convertvector(Integers(bits53(x[2][g], x[3][g])), Doubles) * 0x1p-51;
    const Doubles radius = root(-2 * logarithm(u));
    // Adding 1.5 · 2⁵² rounds to the nearest integer, whose last bits are then those of the sum.
    const Doubles shifted = quarters + 0x1.8p52;
    const Integers k = Integers(shifted);
    const Doubles t = (quarters - (shifted - 0x1.8p52)) * 1.57079632679489661923, z = t * t;
    // Taylor's series: the next terms are below 1e-17 for |t| ≤ π/4.
    const Doubles cosine =
        1 + z * (-1.0 / 2 +
                 z * (1.0 / 24 +
                      z * (-1.0 / 720 + z * (1.0 / 40320 +
                                             z * (-1.0 / 3628800 + z * (1.0 / 479001600 - z * (1.0 / 87178291200)))))));
    const Doubles sine =
        t * (1 + z * (-1.0 / 6 + z * (1.0 / 120 +
                                      z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 +
                                                                                  z * (1.0 / 6227020800 -
                                                                                       z * (1.0 / 1307674368000))))))));
    const Integers odd = (k & 1) != 0;
    const Integers c = Integers(radius * (odd ? sine : cosine)), s = Integers(radius * (odd ? cosine : sine));
    n[0][g] = Doubles(c ^ (((k + 1) & 2) << 62));
    n[1][g] = Doubles(s ^ ((k & 2) << 62));
  }
}

struct Sum {
  double total = 0, squares = 0;
  void add(Doubles x) {
    for (int i = 0; i < LANES; i++) {
      total += x[i];
      squares += x[i] * x[i];
    }
  }
};

// x ← step(x, h, dW), two steps from four words.
template <class Source, class Step>
static Sum scalar(int paths, int steps, double x0, Step step) {
  Sum sum;
  const double h = 1.0 / steps, scale = std::sqrt(h);
  for (int path = 0; path < paths; path += WIDTH) {
    Source source(path);
    Doubles x[GROUPS], n[2][GROUPS];
    Words w[4][GROUPS];
    ALL x[g] = Doubles{} + x0;
    for (int k = 0; k < steps; k += 2) {
      source.words(k / 2, 0, w);
      boxMuller(w, n);
      ALL x[g] = step(x[g], h, scale * n[0][g]);
      if (k + 1 < steps) ALL x[g] = step(x[g], h, scale * n[1][g]);
    }
    ALL sum.add(x[g]);
  }
  return sum;
}

// Lorenz's equations with noise 0.1 x_i dW_i: three normals a step, those of two steps from twelve words.
template <class Source>
static Sum lorenz(int paths, int steps) {
  Sum sum;
  const double h = 1.0 / steps, noise = 0.1 * std::sqrt(h);
  for (int path = 0; path < paths; path += WIDTH) {
    Source source(path);
    Doubles x[GROUPS], y[GROUPS], z[GROUPS], n[6][GROUPS];
    Words w[4][GROUPS];
    ALL x[g] = y[g] = z[g] = Doubles{} + 1;
    for (int k = 0; k < steps; k += 2) {
      for (int part = 0; part < 3; part++) {
        source.words(k / 2, part, w);
        boxMuller(w, n + 2 * part);
      }
      for (int half = 0; half < 2 && k + half < steps; half++) {
        ALL {
          const Doubles a = x[g], b = y[g], c = z[g];
          x[g] = a + 10 * h * (b - a) + noise * a * n[3 * half][g];
          y[g] = b + h * (a * (28 - c) - b) + noise * b * n[3 * half + 1][g];
          z[g] = c + h * (a * b - 8.0 / 3 * c) + noise * c * n[3 * half + 2][g];
        }
      }
    }
    ALL sum.add(x[g]);
  }
  return sum;
}

template <class Source>
static Sum solve(const std::string& kind, int paths, int steps) {
  if (kind == "gbm")
    return scalar<Source>(paths, steps, 1, [](Doubles x, double h, Doubles dW) { return x + 1.5 * h * x + 0.1 * x * dW; });
  if (kind == "nl")
    return scalar<Source>(paths, steps, 1, [](Doubles x, double h, Doubles dW) {
      const Doubles r = root(x * x + 1);
      return x + h * (0.5 * x + r) + r * dW;
    });
  if (kind == "lorenz") return lorenz<Source>(paths, steps);
  std::fprintf(stderr, "paths: no kind %s\n", kind.c_str());
  std::exit(1);
}

int main(int count, char** words) {
  if (count != 5 || std::atoi(words[3]) % WIDTH)
    return std::fprintf(stderr, "paths KIND repeats paths steps: paths a multiple of %d\n", WIDTH), 1;
  const int paths = std::atoi(words[3]), steps = std::atoi(words[4]);
  // KIND is a model, or a model and -xoshiro.
  const std::string kind = words[1];
  const size_t mark = kind.find("-xoshiro");
  const bool ordered = mark != std::string::npos;
  double best = INFINITY;
  Sum sum;
  for (int repeat = 0; repeat < std::atoi(words[2]); repeat++) {
    const std::clock_t start = std::clock();
    sum = ordered ? solve<Xoshiro>(kind.substr(0, mark), paths, steps) : solve<Philox>(kind, paths, steps);
    best = std::min(best, double(std::clock() - start) / CLOCKS_PER_SEC);
  }
  const double mean = sum.total / paths, variance = sum.squares / paths - mean * mean;
  std::printf("{\"value\": %.17g, \"error\": %.9g, \"seconds\": %.9g}\n", mean, std::sqrt(variance / (paths - 1)),
              best);
}
