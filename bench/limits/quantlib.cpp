// What QuantLib's finite differences make of one of the toolkit's closed forms: quantlib KIND name=value …
// size=POINTS[xPOINTS]/STEPS … A line of JSON a size: {"size": …, "value": …, "seconds": …}, the CPU seconds of one
// solve with everything but the model's parameters made anew.
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <ql/exercise.hpp>
#include <ql/instruments/barrieroption.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/math/interpolations/cubicinterpolation.hpp>
#include <ql/methods/finitedifferences/meshers/concentrating1dmesher.hpp>
#include <ql/methods/finitedifferences/meshers/fdmmeshercomposite.hpp>
#include <ql/methods/finitedifferences/operators/fdmornsteinuhlenbeckop.hpp>
#include <ql/methods/finitedifferences/solvers/fdmbackwardsolver.hpp>
#include <ql/models/equity/hestonmodel.hpp>
#include <ql/pricingengines/barrier/fdblackscholesbarrierengine.hpp>
#include <ql/pricingengines/vanilla/fdblackscholesvanillaengine.hpp>
#include <ql/pricingengines/vanilla/fdhestonvanillaengine.hpp>
#include <ql/processes/ornsteinuhlenbeckprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

using namespace QuantLib;
template <class T, class... A>
ext::shared_ptr<T> made(A&&... a) {
  return ext::make_shared<T>(std::forward<A>(a)...);
}

struct Size3 {
  std::string text;
  Size x, v, steps;
};
using Numbers = std::map<std::string, double>;

static const Date today(1, January, 2023);
static const DayCounter dayCount = Actual365Fixed();

static Handle<Quote> quote(double value) { return Handle<Quote>(made<SimpleQuote>(value)); }
static Handle<YieldTermStructure> flat(double rate) {
  return Handle<YieldTermStructure>(made<FlatForward>(today, rate, dayCount));
}
// The calendar has 365 days a year by this count, so T years are a whole number of days for the T in use.
static ext::shared_ptr<Exercise> expiry(double T) {
  const double count = 365 * T;
  if (count != std::floor(count)) throw std::runtime_error("T is no whole number of days");
  return made<EuropeanExercise>(today + Integer(count));
}
static ext::shared_ptr<GeneralizedBlackScholesProcess> blackScholes(const Numbers& p) {
  return made<BlackScholesMertonProcess>(
      quote(p.at("spot")), flat(0), flat(p.at("rate")),
      Handle<BlackVolTermStructure>(made<BlackConstantVol>(today, NullCalendar(), p.at("volatility"), dayCount)));
}

// Damping steps come in addition to the others; two are what the toolkit's Rannacher start replaces.
static constexpr Size damping = 2;

static double vanilla(const Numbers& p, const Size3& s, const ext::shared_ptr<StrikedTypePayoff>& payoff) {
  VanillaOption option(payoff, expiry(p.at("T")));
  option.setPricingEngine(made<FdBlackScholesVanillaEngine>(blackScholes(p), s.steps, s.x, damping));
  return option.NPV();
}

static double call(const Numbers& p, const Size3& s) {
  return vanilla(p, s, made<PlainVanillaPayoff>(Option::Call, p.at("strike")));
}

static double digital(const Numbers& p, const Size3& s) {
  return vanilla(p, s, made<CashOrNothingPayoff>(Option::Call, p.at("strike"), 1.0));
}

static double barrier(const Numbers& p, const Size3& s) {
  BarrierOption option(Barrier::DownOut, p.at("barrier"), 0.0, made<PlainVanillaPayoff>(Option::Call, p.at("strike")),
                       expiry(p.at("T")));
  option.setPricingEngine(made<FdBlackScholesBarrierEngine>(blackScholes(p), s.steps, s.x, damping));
  return option.NPV();
}

static double heston(const Numbers& p, const Size3& s) {
  const auto process = made<HestonProcess>(flat(p.at("rate")), flat(0), quote(p.at("spot")), p.at("variance"),
                                           p.at("kappa"), p.at("theta"), p.at("sigma"), p.at("rho"));
  VanillaOption option(made<PlainVanillaPayoff>(Option::Call, p.at("strike")), expiry(p.at("T")));
  option.setPricingEngine(
      made<FdHestonVanillaEngine>(made<HestonModel>(process), s.steps, s.x, s.v, 0, FdmSchemeDesc::Hundsdorfer()));
  return option.NPV();
}

// E sin X_T, on points that crowd around 0.
static double ornsteinUhlenbeck(const Numbers& p, const Size3& s) {
  const double lower = p.at("lower"), upper = p.at("upper");
  const auto mesh = made<Concentrating1dMesher>(lower, upper, s.x, std::make_pair(0.0, 1.5 / (upper - lower)));
  const auto process = made<OrnsteinUhlenbeckProcess>(p.at("speed"), p.at("volatility"));
  const auto op = made<FdmOrnsteinUhlenbeckOp>(made<FdmMesherComposite>(mesh), process, *flat(0));
  Array u(s.x);
  for (Size i = 0; i < s.x; ++i) u[i] = std::sin(mesh->location(i));
  FdmBackwardSolver(op, {}, nullptr, FdmSchemeDesc::CrankNicolson()).rollback(u, p.at("T"), 0.0, s.steps, damping);
  const std::vector<Real>& x = mesh->locations();
  return CubicNaturalSpline(x.begin(), x.end(), u.begin())(p.at("x"));
}

static Size3 sizeOf(const std::string& text) {
  const auto slash = text.find('/'), cross = text.find('x');
  if (slash == std::string::npos) throw std::runtime_error("a size is POINTS[xPOINTS]/STEPS");
  const Size v = cross == std::string::npos ? 0 : std::stoul(text.substr(cross + 1));
  return {text, std::stoul(text), v, std::stoul(text.substr(slash + 1))};
}

int main(int count, char** words) try {
  const std::map<std::string, std::function<double(const Numbers&, const Size3&)>> kinds = {
      {"call", call},
      {"digital", digital},
      {"barrier", barrier},
      {"heston", heston},
      {"ornstein-uhlenbeck", ornsteinUhlenbeck}};
  if (count < 3) throw std::runtime_error("quantlib KIND name=value … size=POINTS[xPOINTS]/STEPS …");
  Numbers numbers;
  std::vector<Size3> sizes;
  for (int i = 2; i < count; ++i) {
    const std::string word = words[i];
    const auto equal = word.find('=');
    if (equal == std::string::npos) throw std::runtime_error("not name=value: " + word);
    const std::string name = word.substr(0, equal), value = word.substr(equal + 1);
    if (name == "size")
      sizes.push_back(sizeOf(value));
    else
      numbers[name] = std::stod(value);
  }
  Settings::instance().evaluationDate() = today;
  const auto& solve = kinds.at(words[1]);
  for (const Size3& size : sizes) {
    const std::clock_t start = std::clock();
    const double value = solve(numbers, size);
    const double taken = double(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("{\"size\": \"%s\", \"value\": %.17g, \"seconds\": %.9g}\n", size.text.c_str(), value, taken);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "quantlib: %s\n", error.what());
  return 1;
}
