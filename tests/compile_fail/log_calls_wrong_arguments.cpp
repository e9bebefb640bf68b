// expects: log_calls: the callable does not take these arguments
#include "core/log_calls.h"

auto half = [](int value) { return value / 2; } | weir::log_calls("half");
auto result = half("four");
