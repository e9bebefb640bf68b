#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/call.h"
#include "core/generator.h"
#include "core/result.h"

namespace weir {
namespace detail {
template <typename Page>
concept NamesNextPage = requires(const Page& page) {
  { page.next } -> std::convertible_to<std::optional<std::string>>;
};
}  // namespace detail

/// The pages of an API, each fetched when it is asked for. `fetch(token)` gives a Result<Page>; the first call gets nothing,
/// each later one the `next` of the page before, and a page without one is the last.
///   struct Page { std::vector<Order> orders; std::optional<std::string> next; };
///   for (Result<Page>& page : pages([&](const std::optional<std::string>& token) { return get_orders(token); })) …
/// After an Error nothing comes. A page that names itself as the next one is an Error (kCorrupt), for it would never end.
template <typename Fetch>
auto pages(Fetch fetch) {
  using Token = std::optional<std::string>;
  static_assert(std::invocable<Fetch&, const Token&>, "pages: fetch must take a const std::optional<std::string>&, the page's token");
  if constexpr (std::invocable<Fetch&, const Token&>) {
    using Returned = std::decay_t<std::invoke_result_t<Fetch&, const Token&>>;
    static_assert(detail::kIsResult<Returned>, "pages: fetch must return a Result<Page>");
    if constexpr (detail::kIsResult<Returned>) {
      using Page = typename Returned::value_type;
      static_assert(detail::NamesNextPage<Page>, "pages: a page needs a member `std::optional<std::string> next`");
      if constexpr (detail::NamesNextPage<Page>) {
        return [](Fetch get) -> generator<Result<Page>> {
          Token token;
          while (true) {
            Result<Page> page = std::invoke(get, std::as_const(token));
            if (!page) {
              co_yield page;
              co_return;
            }
            Token next = page->next;
            co_yield page;
            if (!next) {
              co_return;
            }
            if (next == token) {
              co_yield fail(ErrorCode::kCorrupt, "the page names itself as the next one", *next);
              co_return;
            }
            token = std::move(next);
          }
        }(std::move(fetch));
      }
    }
  }
}
}  // namespace weir
