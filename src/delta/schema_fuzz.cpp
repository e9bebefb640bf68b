// Any bytes as a table's schema: what is read must come back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "delta/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto schema = delta::parse_schema(text)) {
    const auto again = delta::parse_schema(delta::schema_json(*schema));
    WEIR_ASSERT(again.has_value() && *again == *schema, "what was written can be read");
    for (const delta::Field& field : schema->fields) {
      (void)delta::duck_type_sql(field.type);
      (void)delta::type_text(field.type);
    }
  }
  return 0;
}
