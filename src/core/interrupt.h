#pragma once

#include <stop_token>

namespace weir {
/// Makes SIGINT and SIGTERM ask for a clean stop: the returned token is set, work ends at its next safe point and
/// commits nothing more. A second signal ends the process at once (exit 130). Call once, early, from the main thread.
std::stop_token install_interrupt_handler();
}  // namespace weir
