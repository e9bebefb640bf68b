#include "storage/object_store.h"

#include "core/text.h"

namespace weir::storage {
Status check_key(std::string_view key) {
  for (std::size_t start = 0; start <= key.size();) {
    const std::size_t end = std::min(key.find('/', start), key.size());
    const std::string_view part = key.substr(start, end - start);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos) {
      return fail(ErrorCode::kInvalid, "not a legal object key", excerpt(key));
    }
    start = end + 1;
  }
  return {};
}

std::string join_key(std::string_view folder, std::string_view rest) {
  std::string out(folder);
  if (!folder.empty() && !rest.empty()) {
    out += '/';
  }
  out += rest;
  return out;
}
}  // namespace weir::storage
