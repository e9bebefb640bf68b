// Functions of our own for SQL:  g++ -std=c++20 -O3 -shared -fPIC -fno-semantic-interposition -I ../../include geo.cpp -o geo.so
#include <weir/function.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

// Kilometres between two places on the globe, given in degrees.
double great_circle(double latitude_a, double longitude_a, double latitude_b, double longitude_b) {
  constexpr double kRadius = 6371.0088;
  constexpr double kDegree = std::numbers::pi / 180;
  const double dy = std::sin((latitude_b - latitude_a) * kDegree / 2);
  const double dx = std::sin((longitude_b - longitude_a) * kDegree / 2);
  const double a = dy * dy + std::cos(latitude_a * kDegree) * std::cos(latitude_b * kDegree) * dx * dx;
  return 2 * kRadius * std::asin(std::sqrt(a));
}

// "Han River Park" -> "HRP"; nothing for a name without words.
std::optional<std::string> initials(std::string_view name) {
  std::string letters;
  bool in_word = false;
  for (const char c : name) {
    if (c != ' ' && !in_word) {
      letters += c;
    }
    in_word = c != ' ';
  }
  return letters.empty() ? std::nullopt : std::optional(letters);
}

// Sees nulls: an unknown temperature is not a frost.
bool is_frost(std::optional<double> celsius) { return celsius.value_or(20.0) < 0; }

std::int64_t checked_percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) {
    throw std::domain_error("a part of nothing has no percentage");
  }
  return 100 * part / whole;
}

WEIR_FUNCTIONS(weir::scalar<great_circle>("great_circle"), weir::scalar<initials>("initials"), weir::scalar<is_frost>("is_frost"),
               weir::scalar<checked_percent>("checked_percent"))
