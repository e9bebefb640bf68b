#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "jinja/dict.h"
#include "jinja/value.h"

namespace weir::jinja {
struct CompiledTemplate;
struct EnvironmentState;
struct Function;
class Undefined;

/// Where a render looks for names that the template does not set itself. Asked once per name and function at most, and
/// only for names that are reached. Lives at least as long as the render.
class Context {
 public:
  virtual ~Context() = default;
  /// Nothing when there is no such name. An error ends the render.
  virtual Result<std::optional<Value>> lookup(std::string_view name) = 0;
};

/// A context that is a table of names.
class MapContext final : public Context {
 public:
  MapContext() = default;
  /// Uses the dict's keys as names.
  explicit MapContext(Ref<Dict> names) : names_(std::move(names)) {}
  void set(std::string_view name, Value value) { names_->set(name, std::move(value)); }
  Result<std::optional<Value>> lookup(std::string_view name) override {
    const Value* found = names_->find(name);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }

 private:
  Ref<Dict> names_ = make_ref<Dict>();
};

/// How a render becomes a value instead of text.
enum class NativeMode : std::uint8_t {
  kExpression,  ///< one expression gives its value as it is, everything else gives text: what dbt does with YAML
  kLiteral,     ///< Jinja2's NativeEnvironment: text that is a Python literal is read as one
};

/// A parsed template. Cheap to copy, never changes, and many threads may render it at once.
class Template {
 public:
  /// Errors: kInvalid with the place in the template, and the macro calls that led there in the message; what the
  /// context and host objects return.
  Result<std::string> render(Context& context) const;
  /// Renders to a value: the list in "{{ [1, 2] }}", text otherwise. An iterator becomes a list.
  Result<Value> render_native(Context& context, NativeMode mode = NativeMode::kExpression) const;
  /// Runs the template for what it defines, then calls its macro `name`. Errors: kNotFound when there is none.
  Result<Value> call_macro(Context& context, std::string_view name, std::vector<Value> positional = {},
                           std::vector<std::pair<std::string, Value>> keywords = {}) const;
  const std::string& file() const;

 private:
  friend class Environment;
  Template(std::shared_ptr<const EnvironmentState> environment, std::shared_ptr<const CompiledTemplate> compiled)
      : environment_(std::move(environment)), compiled_(std::move(compiled)) {}
  std::shared_ptr<const EnvironmentState> environment_;
  std::shared_ptr<const CompiledTemplate> compiled_;
};

/// What kind of named block a file holds.
enum class BlockKind : std::uint8_t { kMacro, kMaterialization, kTest, kSnapshot, kDocs };

struct BlockParameter {
  std::string name;
  bool has_default = false;
};

/// {% macro name(parameters) %} ... {% endmacro %} or one of dbt's blocks at the top of a file.
struct Block {
  BlockKind kind = BlockKind::kMacro;
  std::string name;
  std::vector<BlockParameter> parameters;
  std::vector<std::pair<std::string, Value>> settings;  ///< of a materialization: adapter, default, supported_languages
  Place place;
  std::string_view text;               ///< the whole block, tags included
  std::string_view body;               ///< between the tags, as it is written
  const Function* function = nullptr;  ///< owned by the library
};

/// The named blocks of one file. Other text of the file is ignored, as dbt does with files of macros.
class Library {
 public:
  std::span<const Block> blocks() const;
  /// The first block of that kind and name, or null.
  const Block* find(BlockKind kind, std::string_view name) const;
  /// The block as a value that templates can call: put it into a context under its name. Names in the block that it
  /// does not set itself are looked up in the context of whichever render calls it.
  Value callable(const Block& block) const;

 private:
  friend class Environment;
  struct State;
  explicit Library(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};
}  // namespace weir::jinja
