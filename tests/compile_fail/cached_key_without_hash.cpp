// expects: cached: each argument needs == and std::hash to be part of a key; let a lambda capture what is none
#include "core/cached.h"

struct Query {
  int id;
};
auto cache = weir::cached([](const Query& query) { return query.id; });
