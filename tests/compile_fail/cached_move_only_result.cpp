// expects: cached: the result must be copyable, because many callers get it; return a std::shared_ptr<const T>
#include "core/cached.h"

auto cache = weir::cached([](int value) { return std::make_unique<int>(value); });
