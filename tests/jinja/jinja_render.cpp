// Renders templates for the differential test: JSON lines on stdin, one request each
//   {"template": "...", "context": {...}, "options": {"trim_blocks": true, ...}, "templates": {"name": "text"}}
// and one answer each on stdout, {"ok": true, "output": "..."} or {"ok": false, "error": "..."}.
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "jinja/environment.h"
#include "jinja/value_json.h"

namespace {
using nlohmann::ordered_json;
using namespace weir;

bool read_line(std::string& line) {
  line.clear();
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c == '\n') {
      return true;
    }
    line += static_cast<char>(c);
  }
  return !line.empty();
}

jinja::UndefinedMode undefined_mode(const std::string& name) {
  return name == "strict"      ? jinja::UndefinedMode::kStrict
         : name == "chainable" ? jinja::UndefinedMode::kChainable
         : name == "debug"     ? jinja::UndefinedMode::kDebug
                               : jinja::UndefinedMode::kDefault;
}

jinja::Options options_of(const ordered_json& request) {
  jinja::Options options;
  options.dbt = false;
  options.limits.steps_max = 3'000'000;
  const ordered_json given = request.value("options", ordered_json::object());
  options.syntax.trim_blocks = given.value("trim_blocks", false);
  options.syntax.lstrip_blocks = given.value("lstrip_blocks", false);
  options.syntax.keep_trailing_newline = given.value("keep_trailing_newline", false);
  options.syntax.line_statement_prefix = given.value("line_statement_prefix", "");
  options.syntax.line_comment_prefix = given.value("line_comment_prefix", "");
  options.autoescape = given.value("autoescape", false);
  options.undefined = undefined_mode(given.value("undefined", "default"));
  const ordered_json templates = request.value("templates", ordered_json::object());
  options.loader = [templates](std::string_view name) -> Result<std::string> {
    const auto found = templates.find(std::string(name));
    if (found == templates.end()) {
      return fail(ErrorCode::kNotFound, "no such template", name);
    }
    return found->get<std::string>();
  };
  return options;
}

Result<std::string> render(const ordered_json& request) {
  const jinja::Environment environment(options_of(request));
  WEIR_TRY_ASSIGN(const jinja::Value names, jinja::read_json(request.value("context", ordered_json::object()).dump()));
  jinja::MapContext context{jinja::Ref<jinja::Dict>(&names.dictionary())};
  WEIR_TRY_ASSIGN(const jinja::Template parsed,
                  environment.parse(request.at("template").get<std::string>(), "template"));
  if (request.value("native", false)) {
    WEIR_TRY_ASSIGN(const jinja::Value value, parsed.render_native(context, jinja::NativeMode::kLiteral));
    return value.repr();
  }
  return parsed.render(context);
}
}  // namespace

int main() {
  std::string line;
  while (read_line(line)) {
    const ordered_json request = ordered_json::parse(line);
    const auto output = render(request);
    ordered_json answer = {{"ok", output.has_value()}};
    answer[output ? "output" : "error"] = output ? *output : output.error().text();
    const std::string text = answer.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }
}
