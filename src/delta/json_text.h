#pragma once

#include <string>
#include <string_view>

namespace weir::delta {
/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 are passed on.
void append_json_string(std::string& out, std::string_view text);
/// The other way: `quoted` begins with a quote; what stands behind the closing one is ignored. A malformed escape ends
/// the text.
void unescape_json_string(std::string_view quoted, std::string& out);

/// Builds a JSON object from left to right: `JsonObject object(out); object.text("a", "x"); object.close();`
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  /// Begins a member; the value is appended to the text by the caller.
  std::string& key(std::string_view name);
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void number(std::string_view name, long long value) { key(name) += std::to_string(value); }
  void flag(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};
}  // namespace weir::delta
