// expects nothing: this file compiles, so the others fail for the reason that they name.
#include "core/cached.h"
#include "core/generator.h"
#include "core/log_calls.h"
#include "core/pages.h"
#include "core/retry.h"
#include "core/scope.h"

struct Page {
  std::optional<std::string> next;
};
weir::Result<Page> fetch(const std::optional<std::string>& token);
auto careful = fetch | weir::retry({.attempts_max = 5}) | weir::cached<weir::Result<Page>(std::string)>() | weir::log_calls("fetch");
auto all = weir::pages(fetch);
auto done = weir::scope_exit([] {});
