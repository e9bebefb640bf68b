// The C++ functions that are measured.
#include <weir/function.hpp>

#include <cmath>

double affine(double x) { return x * 1.8 + 32; }
double angle(double x, double y) { return std::sin(x) * std::cos(y); }
std::int64_t length_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

WEIR_FUNCTIONS(weir::scalar<affine>("affine"), weir::scalar<angle>("angle"), weir::scalar<length_of>("length_of"))
