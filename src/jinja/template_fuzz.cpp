#include <cstddef>
#include <cstdint>
#include <string>

#include "jinja/environment.h"
#include "jinja/value_json.h"

/// Parses and renders whatever comes: the first byte chooses the options, the rest is the template.
namespace {
using namespace weir;

constexpr std::string_view kContext =
    R"({"a": 1, "b": [1, 2.5, "x", null], "c": {"k": "v", "n": {"m": [true]}}, "s": "it's \u00e9 \ud55c", "z": ""})";

jinja::Options options_of(std::uint8_t bits, const std::string& text) {
  jinja::Options options;
  options.syntax.trim_blocks = (bits & 1) != 0;
  options.syntax.lstrip_blocks = (bits & 2) != 0;
  options.autoescape = (bits & 4) != 0;
  if ((bits & 8) != 0) {
    options.syntax.line_statement_prefix = "%";
    options.syntax.line_comment_prefix = "%%";
  }
  options.undefined = static_cast<jinja::UndefinedMode>((bits >> 4) % 5);
  options.limits = {.output_bytes_max = 1 << 16, .steps_max = 5'000, .stack_bytes_max = 1 << 18};
  options.loader = [text](std::string_view name) -> Result<std::string> {
    if (name == "base") {
      return std::string("{% block x %}base{% endblock %}{% macro m(a) %}{{ a }}{% endmacro %}");
    }
    return name == "self" ? Result<std::string>(text) : fail(ErrorCode::kNotFound, "no such template", name);
  };
  return options;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4'000) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const jinja::Environment environment(options_of(data[0], text));
  const auto names = jinja::read_json(kContext);
  jinja::MapContext context(jinja::Ref<jinja::Dict>(&names->dictionary()));
  if (const auto parsed = environment.parse(text, "fuzz")) {
    std::ignore = parsed->render(context);
    std::ignore = parsed->render_native(context, jinja::NativeMode::kLiteral);
  }
  if (const auto library = environment.parse_library(text, "fuzz")) {
    for (const auto& block : library->blocks()) {
      std::ignore = environment.call(library->callable(block), context, {jinja::Value(1)});
    }
  }
  return 0;
}
