#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "jinja/host_object.h"
#include "jinja/syntax.h"
#include "jinja/template.h"
#include "jinja/undefined.h"
#include "jinja/value.h"

namespace weir::jinja {
/// What a template may use up before its render is refused.
struct Limits {
  std::size_t output_bytes_max = std::size_t{64} << 20;
  std::uint64_t steps_max = 200'000'000;               ///< statements, calls and turns of loops
  std::size_t stack_bytes_max = std::size_t{4} << 20;  ///< of the calling thread's stack, for nested macros
};

struct Options {
  Syntax syntax;
  UndefinedMode undefined = UndefinedMode::kDefault;
  bool autoescape = false;
  /// Know dbt's blocks ({% test %}, ...), the function `return` and the filters as_native, as_bool, as_number, as_text.
  bool dbt = true;
  Limits limits;
  /// Jinja2's `finalize`: gets every value that an expression prints, and gives what is printed in its place. Empty: as
  /// it is. Text that is markup can be told from values by `autoescape`. Called from every thread that renders.
  std::function<Result<Value>(const Value&)> finalize;
  /// Gives the text of a template that another one includes, imports or extends; kNotFound when there is none.
  std::function<Result<std::string>(std::string_view name)> loader;
  /// Gives a number from 0 to below `bound`, for the filter `random`. Without it the machine's source is used.
  std::function<std::uint64_t(std::uint64_t bound)> random;
};

struct EnvironmentState;

/// Options, globals, filters and tests, and from these, templates. Set it up first, then it may be used from many
/// threads at once. Templates keep what they need of it alive.
class Environment {
 public:
  explicit Environment(Options options = {});

  void set_global(std::string_view name, Value value);
  /// `function` is called with the value and then the filter's arguments.
  void set_filter(std::string name, Value function);
  void set_test(std::string name, Value function);

  /// Parses a template; `file` is what messages call it. Errors: kInvalid with the place of the mistake.
  Result<Template> parse(std::string_view text, std::string file) const;
  /// Parses a file of macros and dbt's blocks; nothing of it is run. Errors: as parse.
  Result<Library> parse_library(std::string_view text, std::string file) const;

  /// Calls a macro or another callable of a template.
  Result<Value> call(const Value& callable, Context& context, std::vector<Value> positional = {},
                     std::vector<std::pair<std::string, Value>> keywords = {}) const;

 private:
  std::shared_ptr<EnvironmentState> state_;
};
}  // namespace weir::jinja
