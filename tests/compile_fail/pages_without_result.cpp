// expects: pages: fetch must return a Result<Page>
#include "core/pages.h"

auto all = weir::pages([](const std::optional<std::string>&) { return 1; });
