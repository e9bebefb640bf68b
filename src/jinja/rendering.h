#pragma once

#include <string>
#include <string_view>

#include "jinja/environment.h"
#include "jinja/value_json.h"

/// Short ways to render in tests.
namespace weir::jinja {
inline Result<std::string> try_render(std::string_view text, std::string_view context_json = "{}",
                                      Options options = {}) {
  const Environment environment(std::move(options));
  WEIR_TRY_ASSIGN(const Value names, read_json(context_json));
  MapContext context(Ref<Dict>(&names.dictionary()));
  WEIR_TRY_ASSIGN(const Template parsed, environment.parse(text, "t.sql"));
  return parsed.render(context);
}

/// The output, or "error: " and the error's text.
inline std::string rendered(std::string_view text, std::string_view context_json = "{}", Options options = {}) {
  const auto output = try_render(text, context_json, std::move(options));
  return output ? *output : "error: " + output.error().text();
}
}  // namespace weir::jinja
