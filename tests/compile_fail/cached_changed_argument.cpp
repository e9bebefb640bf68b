// expects: cached: an argument that the callable may change cannot be part of a key; take it by value or const reference
#include "core/cached.h"

auto cache = weir::cached([](int& counter) { return ++counter; });
