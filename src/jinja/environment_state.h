#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "jinja/builtin.h"
#include "jinja/environment.h"
#include "jinja/resolver.h"

namespace weir::jinja {
/// A template ready to be rendered; never changes.
struct CompiledTemplate {
  std::shared_ptr<const Source> source;
  Program program;
};

/// What is behind an Environment.
struct EnvironmentState {
  explicit EnvironmentState(Options options_of);

  const FilterEntry* find_filter(std::string_view name) const;
  const TestEntry* find_test(std::string_view name) const;
  Registry registry() const;
  Result<std::shared_ptr<const CompiledTemplate>> compile(std::string_view text, std::string file) const;
  /// Loads and compiles the template `name` of the loader, once. Errors: kNotFound.
  Result<std::shared_ptr<const CompiledTemplate>> load(std::string_view name) const;

  Options options;
  std::map<std::string, FilterEntry, std::less<>> filters;
  std::map<std::string, TestEntry, std::less<>> tests;
  Ref<Dict> globals = make_ref<Dict>();

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const CompiledTemplate>, std::less<>> loaded_;
};
}  // namespace weir::jinja
