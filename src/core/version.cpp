#include "core/version.h"

namespace weir {
const std::string_view kVersion = WEIR_VERSION;
}  // namespace weir
