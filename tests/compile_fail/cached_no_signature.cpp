// expects: cached: this callable has no single signature; name it: cached<Result<Page>(std::string)>(f)
#include "core/cached.h"

auto cache = [](auto value) { return value; } | weir::cached();
