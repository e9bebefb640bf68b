#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/result.h"

/// Configuration that people write: YAML (JSON is a part of it), each value with its place.
namespace weir {
/// One value of a YAML document. Immutable and cheap to copy; copies share the tree. Safe to share between threads.
class ConfigNode {
 public:
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMap };
  struct Entry;

  ConfigNode() = default;
  static ConfigNode null_at(Place place);
  /// `quoted` texts are never read as a number, a truth value or null.
  static ConfigNode scalar(std::string text, bool quoted, Place place);
  static ConfigNode sequence(std::vector<ConfigNode> items, Place place);
  static ConfigNode map(std::vector<Entry> entries, Place place);

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_map() const { return kind() == Kind::kMap; }
  bool is_sequence() const { return kind() == Kind::kSequence; }
  bool is_scalar() const { return kind() == Kind::kScalar; }
  const Place& place() const;
  /// The scalar as written, without quotes; empty for the other kinds.
  const std::string& text() const;
  bool quoted() const;
  const std::vector<ConfigNode>& items() const;
  /// In the order of the file; keys are unique.
  const std::vector<Entry>& entries() const;
  /// The value under `key` of a map, or nullptr.
  const ConfigNode* find(std::string_view key) const;

  /// Typed readings of a scalar; errors carry the place and name `what`.
  Result<std::string> as_text(std::string_view what) const;
  Result<std::int64_t> as_integer(std::string_view what) const;
  Result<double> as_number(std::string_view what) const;
  Result<bool> as_flag(std::string_view what) const;

  /// Plain scalars become null, booleans and numbers as YAML 1.1 reads them (yes, no, on, off are booleans); dates stay text.
  Json to_json() const;

 private:
  struct Data;
  explicit ConfigNode(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

struct ConfigNode::Entry {
  std::string key;
  Place key_place;
  ConfigNode value;
};

/// Parses one YAML document; `file` is what places name. Aliases and merge keys (`<<`) are resolved.
/// Errors: kInvalid with the place for bad syntax, a key given twice, or a document that expands to over a million values.
Result<ConfigNode> parse_config(std::string_view yaml, std::string_view file);

/// Returns the tree with each scalar's text replaced by `render(text, place)`; keys stay. Used for Jinja in values.
Result<ConfigNode> render_scalars(const ConfigNode& node,
                                  const std::function<Result<std::string>(const std::string&, const Place&)>& render);

/// Reads the keys of one map and refuses those that nobody asked for.
/// Ask for every key, then call `finish`. The node must outlive nothing: it is shared.
class ConfigMap {
 public:
  /// `what` names the map in messages: "source", "flow", "weir.yml". Errors: kInvalid unless `node` is a map or null (read as empty).
  static Result<ConfigMap> open(const ConfigNode& node, std::string_view what);

  const Place& place() const { return node_.place(); }
  /// The value, or nullptr where absent or null.
  const ConfigNode* find(std::string_view key);
  /// Errors: kInvalid where absent; at a key that looks like it, when there is one.
  Result<ConfigNode> require(std::string_view key);
  Result<std::string> require_text(std::string_view key);
  Result<std::optional<std::string>> text(std::string_view key);
  Result<std::string> text_or(std::string_view key, std::string_view otherwise);
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t otherwise);
  Result<std::optional<double>> number(std::string_view key);
  Result<bool> flag_or(std::string_view key, bool otherwise);
  /// A list of texts, or one text alone; empty where absent.
  Result<std::vector<std::string>> texts(std::string_view key);
  /// One of `allowed`; errors suggest the nearest.
  Result<std::string> choice_or(std::string_view key, const std::vector<std::string>& allowed, std::string_view otherwise);

  /// Errors: kInvalid at the first key that was not asked for, with the nearest one that was.
  Status finish() const;

 private:
  ConfigMap(ConfigNode node, std::string what) : node_(std::move(node)), what_(std::move(what)) {}
  ConfigNode node_;
  std::string what_;
  std::vector<std::string> known_;
};
}  // namespace weir
