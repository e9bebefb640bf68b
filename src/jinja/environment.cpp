#include "jinja/environment.h"

#include <fmt/format.h>

#include <random>

#include "jinja/environment_state.h"
#include "jinja/globals.h"
#include "jinja/macro.h"
#include "jinja/parser.h"
#include "jinja/renderer.h"

namespace weir::jinja {
namespace {
template <typename Entry>
void add_builtins(std::map<std::string, Entry, std::less<>>& table, std::span<const BuiltinEntry> entries) {
  for (const auto& entry : entries) {
    table[std::string(entry.name)].builtin = &entry;
  }
}

template <typename Entry>
std::vector<std::string> names_of(const std::map<std::string, Entry, std::less<>>& table) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : table) {
    names.push_back(name);
  }
  return names;
}

BlockKind block_kind(std::string_view tag) {
  return tag == "macro"             ? BlockKind::kMacro
         : tag == "materialization" ? BlockKind::kMaterialization
         : tag == "snapshot"        ? BlockKind::kSnapshot
         : tag == "docs"            ? BlockKind::kDocs
                                    : BlockKind::kTest;
}

std::vector<Keyword> to_keywords(std::vector<std::pair<std::string, Value>> named) {
  std::vector<Keyword> keywords;
  for (auto& [name, value] : named) {
    keywords.push_back({Value(name), std::move(value)});
  }
  return keywords;
}
}  // namespace

struct Library::State {
  std::shared_ptr<const EnvironmentState> environment;
  std::shared_ptr<const Source> source;
  Body body;
  std::vector<Block> blocks;
};

EnvironmentState::EnvironmentState(Options options_of) : options(std::move(options_of)) {
  if (!options.random) {
    options.random = [](std::uint64_t bound) {
      thread_local std::mt19937_64 source(std::random_device{}());
      return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(source);
    };
  }
  for (const auto entries :
       {text_filters(), html_filters(), number_filters(), sequence_filters(), selection_filters()}) {
    add_builtins(filters, entries);
  }
  if (options.dbt) {
    add_builtins(filters, dbt_filters());
  }
  add_builtins(tests, builtin_tests());
  add_globals(*globals, options.dbt);
}

const FilterEntry* EnvironmentState::find_filter(std::string_view name) const {
  const auto found = filters.find(name);
  return found == filters.end() ? nullptr : &found->second;
}

const TestEntry* EnvironmentState::find_test(std::string_view name) const {
  const auto found = tests.find(name);
  return found == tests.end() ? nullptr : &found->second;
}

Registry EnvironmentState::registry() const {
  return {[this](std::string_view name) { return find_filter(name); },
          [this](std::string_view name) { return find_test(name); }, [this] { return names_of(filters); },
          [this] { return names_of(tests); }, options.undefined};
}

Result<std::shared_ptr<const CompiledTemplate>> EnvironmentState::compile(std::string_view text,
                                                                          std::string file) const {
  auto compiled = std::make_shared<CompiledTemplate>();
  compiled->source = make_source(text, std::move(file), options.syntax);
  auto root = std::make_shared<Function>();
  root->source = compiled->source;
  root->name = "template";
  WEIR_TRY_ASSIGN(root->body, parse_template(compiled->source, {options.syntax, options.dbt}));
  WEIR_TRY_ASSIGN(compiled->program, resolve_template(std::move(root), registry()));
  return compiled;
}

Result<std::shared_ptr<const CompiledTemplate>> EnvironmentState::load(std::string_view name) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = loaded_.find(name); found != loaded_.end()) {
      return found->second;
    }
  }
  if (!options.loader) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no template '{}': templates cannot be loaded here", name));
  }
  WEIR_TRY_ASSIGN(const std::string text, options.loader(name));
  WEIR_TRY_ASSIGN(auto compiled, compile(text, std::string(name)));
  const std::lock_guard lock(mutex_);
  return loaded_.emplace(std::string(name), std::move(compiled)).first->second;
}

Environment::Environment(Options options) : state_(std::make_shared<EnvironmentState>(std::move(options))) {}

void Environment::set_global(std::string_view name, Value value) {
  state_->globals->set(name, std::move(value));
}
void Environment::set_filter(std::string name, Value function) {
  state_->filters[std::move(name)] = {nullptr, std::move(function)};
}
void Environment::set_test(std::string name, Value function) {
  state_->tests[std::move(name)] = {nullptr, std::move(function)};
}

Result<Template> Environment::parse(std::string_view text, std::string file) const {
  WEIR_TRY_ASSIGN(auto compiled, state_->compile(text, std::move(file)));
  return Template(state_, std::move(compiled));
}

Result<Library> Environment::parse_library(std::string_view text, std::string file) const {
  auto state = std::make_shared<Library::State>();
  state->environment = state_;
  state->source = make_source(text, std::move(file), state_->options.syntax);
  WEIR_TRY_ASSIGN(state->body, parse_template(state->source, {state_->options.syntax, state_->options.dbt}));
  const Registry registry = state_->registry();
  const std::string_view source = state->source->text;
  for (auto& statement : state->body) {
    if (statement->kind != StmtKind::kMacro) {
      continue;
    }
    auto& node = static_cast<MacroStmt&>(*statement);
    WEIR_TRY(resolve_function(*node.function, registry));
    Block block;
    block.kind = block_kind(node.tag);
    block.name = node.function->name;
    for (const auto& parameter : node.function->parameters) {
      block.parameters.push_back({std::string(parameter.name.string()), parameter.standard != nullptr});
    }
    block.settings = node.settings;
    block.function = node.function.get();
    block.place = state->source->place(node.begin);
    block.text = source.substr(node.begin, node.end - node.begin);
    block.body = source.substr(node.body_begin, node.body_end - node.body_begin);
    state->blocks.push_back(std::move(block));
  }
  return Library(std::shared_ptr<const Library::State>(std::move(state)));
}

Result<Value> Environment::call(const Value& callable, Context& context, std::vector<Value> positional,
                                std::vector<std::pair<std::string, Value>> keywords) const {
  const auto renderer = make_ref<Renderer>(state_, context);
  auto named = to_keywords(std::move(keywords));
  auto result = renderer->call(callable, positional, named);
  renderer->finish();
  return result;
}

const std::string& Template::file() const {
  return compiled_->source->file;
}

Result<std::string> Template::render(Context& context) const {
  return make_ref<Renderer>(environment_, context)->render(*compiled_);
}

Result<Value> Template::render_native(Context& context, NativeMode mode) const {
  return make_ref<Renderer>(environment_, context)->render_native(*compiled_, mode);
}

Result<Value> Template::call_macro(Context& context, std::string_view name, std::vector<Value> positional,
                                   std::vector<std::pair<std::string, Value>> keywords) const {
  const auto renderer = make_ref<Renderer>(environment_, context);
  auto named = to_keywords(std::move(keywords));
  Arguments arguments(*renderer, positional, named);
  return renderer->call_macro_of(*compiled_, name, arguments);
}

std::span<const Block> Library::blocks() const {
  return state_->blocks;
}

const Block* Library::find(BlockKind kind, std::string_view name) const {
  for (const Block& block : state_->blocks) {
    if (block.kind == kind && block.name == name) {
      return &block;
    }
  }
  return nullptr;
}

Value Library::callable(const Block& block) const {
  // A macro keeps its whole file, and the environment whose filters it uses.
  return make_ref<Macro>(std::shared_ptr<const Function>(state_, block.function), nullptr);
}
}  // namespace weir::jinja
