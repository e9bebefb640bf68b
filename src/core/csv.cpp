#include "core/csv.h"

#include "core/text.h"

namespace weir {
std::string csv_field(std::string_view text) {
  return text.find_first_of(",\"\r\n") == std::string_view::npos ? std::string(text)
                                                                 : '"' + replace_all(text, "\"", "\"\"") + '"';
}
}  // namespace weir
