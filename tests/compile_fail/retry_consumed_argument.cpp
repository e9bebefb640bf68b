// expects: retry: these arguments cannot be handed over twice; let the callable take move-only arguments by reference
#include "core/retry.h"

auto send = weir::retry([](std::unique_ptr<int> /*message*/) -> weir::Status { return {}; });
auto sent = send(std::make_unique<int>(1));
