// expects: cached: this callable returns nothing, so there is nothing to keep
#include "core/cached.h"

auto cache = weir::cached([](int /*value*/) {});
