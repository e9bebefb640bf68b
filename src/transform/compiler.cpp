#include "transform/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/text.h"
#include "lake/sql_tokens.h"
#include "transform/external_files.h"
#include "transform/relation.h"
#include "transform/render_context.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Value;

namespace {
constexpr std::string_view kCtePrefix = "__dbt__cte__";

// Resolves the calls of one node, and notes which ephemeral models have to be put in front.
class CompileRelations final : public RelationSource {
 public:
  CompileRelations(const ProjectState& state, const Resource& resource) : state_(state), resource_(resource) {}

  Result<Value> ref(const RefCall& call) override {
    WEIR_TRY_ASSIGN(const Resource* found, state_.find(call));
    if (std::ranges::find(resource_.inputs, found->id) == resource_.inputs.end()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{0} is reached only while the node runs, so the order of nodes does not know it; "
                              "put this comment at the top of {1}: -- depends_on: {{{{ {0} }}}}",
                              call.text(), resource_.path));
    }
    if (!found->is_ephemeral()) {
      return Relation::make(found->table.schema, found->table.name);
    }
    if (std::ranges::find(ephemerals_, found) == ephemerals_.end()) {
      ephemerals_.push_back(found);
    }
    return Relation::make_cte(std::string(kCtePrefix) + found->table.name);
  }

  Result<Value> source(const SourceCall& call) override {
    WEIR_TRY_ASSIGN(const SourceTable* found, state_.find(call));
    return Relation::make(found->schema, found->identifier);
  }

  const std::vector<const Resource*>& ephemerals() const { return ephemerals_; }

 private:
  const ProjectState& state_;
  const Resource& resource_;
  std::vector<const Resource*> ephemerals_;
};

/// Compiles one node with all ephemeral models that it reads.
class Compilation {
 public:
  Compilation(const ProjectState& state, LakeAccess& lake, const CompileMode& mode)
      : state_(state), lake_(lake), mode_(mode) {}

  Result<std::string> run(const Resource& resource) {
    open_.push_back(&resource);
    std::vector<const Resource*> ephemerals;
    WEIR_TRY_ASSIGN(const std::string sql, render(resource, ephemerals));
    for (const Resource* ephemeral : ephemerals) {
      WEIR_TRY(add(*ephemeral));
    }
    return with_ctes(sql, ctes_);
  }

 private:
  Result<std::string> render(const Resource& resource, std::vector<const Resource*>& ephemerals) {
    CompileRelations relations(state_, resource);
    RenderContext context(state_, {.node = &resource,
                                   .relations = &relations,
                                   .lake = &lake_,
                                   .incremental = mode_.incremental,
                                   .full_refresh = mode_.full_refresh});
    auto sql = resource.source->render(context);
    if (!sql) {
      return std::unexpected(explain(std::move(sql).error(), state_, resource));
    }
    ephemerals = relations.ephemerals();
    // A block's template begins with empty lines, so that its places are those of the file.
    std::size_t padding = 0;
    while (padding + 1 < resource.first_line && padding < sql->size() && (*sql)[padding] == '\n') {
      ++padding;
    }
    return sql->substr(padding);
  }

  // What it reads itself comes first.
  Status add(const Resource& ephemeral) {
    if (done_.contains(ephemeral.id)) {
      return {};
    }
    if (std::ranges::find(open_, &ephemeral) != open_.end()) {
      return fail_at(ephemeral.place, fmt::format("the ephemeral model \"{}\" reads itself", ephemeral.name));
    }
    open_.push_back(&ephemeral);
    std::vector<const Resource*> ephemerals;
    WEIR_TRY_ASSIGN(std::string sql, render(ephemeral, ephemerals));
    for (const Resource* inner : ephemerals) {
      WEIR_TRY(add(*inner));
    }
    open_.pop_back();
    done_.insert(ephemeral.id);
    ctes_.emplace_back(std::string(kCtePrefix) + ephemeral.table.name, std::move(sql));
    return {};
  }

  const ProjectState& state_;
  LakeAccess& lake_;
  const CompileMode& mode_;
  std::vector<std::pair<std::string, std::string>> ctes_;
  std::set<std::string> done_;
  std::vector<const Resource*> open_;
};

// The configs that decide how rows are kept.
constexpr auto kKeepingConfigs = std::to_array<std::string_view>(
    {"check_cols", "dbt_valid_to_current", "hard_deletes", "incremental_predicates", "incremental_strategy",
     "invalidate_hard_deletes", "merge_exclude_columns", "merge_update_columns", "on_schema_change", "partition_by",
     "snapshot_meta_column_names", "strategy", "unique_key", "updated_at"});

bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The values of the variables that a template may name.
void append_variables(const ProjectState& state, std::string_view text, std::string& out) {
  std::set<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) {
      ++end;
    }
    if (end > at) {
      words.insert(std::string(text.substr(at, end - at)));
    }
    at = end + 1;
  }
  const bool reads_environment = text.contains("env_var");
  for (const std::string& word : words) {
    if (const Value* value = state.variable(word)) {
      out += "\nvar " + word + "=" + canonical_text(*value);
    }
    if (const auto value = reads_environment ? state.environment_variable(word) : std::nullopt) {
      out += "\nenv " + word + "=" + *value;
    }
  }
}
}  // namespace

std::string with_ctes(std::string_view sql, const std::vector<std::pair<std::string, std::string>>& ctes) {
  if (ctes.empty()) {
    return std::string(sql);
  }
  std::vector<std::string> parts;
  for (const auto& [name, body] : ctes) {
    parts.push_back(fmt::format(" {} as (\n{}\n)", name, body));
  }
  const std::string joined = join(parts, ", ");
  const std::vector<lake::SqlToken> tokens = lake::sql_tokens(sql);
  if (tokens.empty() || !tokens[0].is_word("with")) {
    const std::size_t begin = tokens.empty() ? sql.size() : tokens[0].offset;
    return fmt::format("{}with{} {}", sql.substr(0, begin), joined, sql.substr(begin));
  }
  const bool recursive = tokens.size() > 1 && tokens[1].is_word("recursive");
  const lake::SqlToken& last = tokens[recursive ? 1 : 0];
  const std::size_t end = last.offset + last.text.size();
  return fmt::format("{}{},{}", sql.substr(0, end), joined, sql.substr(end));
}

Result<std::string> compile_resource(const ProjectState& state, const Resource& resource, LakeAccess& lake,
                                     const CompileMode& mode) {
  return Compilation(state, lake, mode).run(resource);
}

std::filesystem::path compiled_path(const ProjectState& state, const Resource& resource) {
  const std::filesystem::path file(resource.path);
  // A file of snapshots may hold several, and YAML names them: each gets a file of its own.
  const std::filesystem::path name =
      resource.kind == graph::NodeKind::kSnapshot ? file.parent_path() / (resource.name + ".sql") : file;
  return state.options.folder / state.file.target_path / "compiled" / state.file.name / name;
}

Status write_compiled(const ProjectState& state, const Resource& resource, std::string_view sql) {
  const std::filesystem::path path = compiled_path(state, resource);
  const auto before = read_file(path);
  return before && *before == sql ? Status() : write_file(path, sql);
}

namespace {
// The code of the project's own functions that the SQL names.
void append_functions(const ProjectState& state, std::string_view compiled_sql, std::string& code) {
  const auto& hashes = state.options.function_hashes;
  if (hashes.empty()) {
    return;
  }
  std::set<std::string> named;
  for (const lake::SqlToken& token : lake::sql_tokens(compiled_sql)) {
    if (token.is_name() && hashes.contains(to_lower(token.value()))) {
      named.insert(to_lower(token.value()));
    }
  }
  for (const std::string& name : named) {
    code += "\nfunction " + name + "=" + hashes.at(name);
  }
}
}  // namespace

std::string code_hash(const ProjectState& state, const Resource& resource, std::string_view compiled_sql) {
  std::string code = resource.materialized();
  for (const std::string_view key : kKeepingConfigs) {
    if (const Value* value = resource.config.find(key)) {
      code += "\n" + std::string(key) + "=" + canonical_text(*value);
    }
  }
  code += "\n" + lake::normalized_sql(compiled_sql);
  append_functions(state, compiled_sql, code);
  if (const std::string files = external_files_text(compiled_sql, state.options.folder); !files.empty()) {
    code += "\nfiles\n" + files;
  }
  if (resource.materialized() == "incremental") {
    std::string templates = normalized_template(resource.raw_sql);
    for (const Macro* macro : state.macros.mentioned(state.file.name, resource.raw_sql)) {
      templates += "\n" + normalized_template(macro->text);
    }
    append_variables(state, templates, code);
    code += "\n" + templates;
  }
  return hash128_hex(code);
}

std::string statement_of(std::string_view sql) {
  const std::vector<lake::SqlToken> tokens = lake::sql_tokens(sql);
  std::size_t end = tokens.size();
  while (end > 0 && tokens[end - 1].is_symbol(";")) {
    --end;
  }
  if (end == tokens.size()) {
    return std::string(sql) + "\n";
  }
  return std::string(end == 0 ? std::string_view() : sql.substr(0, tokens[end].offset)) + "\n";
}

namespace {
/// Cuts a template into tags, quoted texts, comments and the rest. Used once.
class TemplateReader {
 public:
  explicit TemplateReader(std::string_view text) : text_(text) {}

  std::string normalized() {
    while (at_ < text_.size()) {
      step();
    }
    return std::string(trim(out_));
  }

 private:
  bool starts_with(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  void step() {
    if (starts_with("{#")) {
      const std::size_t end = text_.find("#}", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
      blank();
    } else if (starts_with("{{") || starts_with("{%")) {
      tag(text_[at_ + 1] == '{' ? "}}" : "%}");
    } else if (starts_with("--")) {
      comment("\n");
    } else if (starts_with("/*")) {
      comment("*/");
    } else if (text_[at_] == '\'' || text_[at_] == '"') {
      quoted();
    } else {
      plain();
    }
  }

  void blank() {
    if (!out_.empty() && out_.back() != ' ') {
      out_ += ' ';
    }
  }
  void plain() {
    const char c = text_[at_++];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      blank();
    } else {
      out_ += c;
    }
  }
  void quoted() {
    const char quote = text_[at_];
    const std::size_t end = text_.find(quote, at_ + 1);
    const std::size_t stop = end == std::string_view::npos ? text_.size() : end + 1;
    out_ += text_.substr(at_, stop - at_);
    at_ = stop;
  }
  void tag(std::string_view end) {
    out_ += text_.substr(at_, 2);
    at_ += 2;
    while (at_ < text_.size() && !starts_with(end)) {
      if (text_[at_] == '\'' || text_[at_] == '"') {
        quoted();
      } else {
        plain();
      }
    }
    out_ += end;
    at_ = std::min(at_ + 2, text_.size());
  }
  // Tags within an SQL comment are run all the same.
  void comment(std::string_view end) {
    while (at_ < text_.size() && !starts_with(end)) {
      if (starts_with("{{") || starts_with("{%") || starts_with("{#")) {
        step();
      } else {
        ++at_;
      }
    }
    at_ = std::min(at_ + end.size(), text_.size());
    blank();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};
}  // namespace

std::string normalized_template(std::string_view text) {
  return TemplateReader(text).normalized();
}
}  // namespace weir::transform
