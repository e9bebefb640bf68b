// expects: scope_exit: takes what can be called without arguments
#include "core/scope.h"

auto close = weir::scope_exit([](int /*descriptor*/) {});
