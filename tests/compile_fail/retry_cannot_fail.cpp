// expects: retry: this callable cannot fail: it returns no Result and is noexcept
#include "core/retry.h"

auto seven = weir::retry([]() noexcept { return 7; })();
