// expects: pages: a page needs a member `std::optional<std::string> next`
#include "core/pages.h"

struct Page {
  int number;
};
auto all = weir::pages([](const std::optional<std::string>&) -> weir::Result<Page> { return Page{1}; });
