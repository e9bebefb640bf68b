#include "generate/generators.h"

#include <array>

namespace weir::generate {
std::span<const GeneratorInfo> generators() {
  static constexpr std::array kGenerators{
      GeneratorInfo{"logs", "a web server's access log or a Java service's log with stack traces",
                    "reference/log-data.md"},
      GeneratorInfo{"shop", "an online shop's customers, products, orders and payments as CSV and JSON lines",
                    "reference/shop-data.md"},
      GeneratorInfo{"taxi", "months of taxi trips in New York as Parquet, yellow and green, and the list of zones",
                    "reference/taxi-data.md"},
  };
  return kGenerators;
}
}  // namespace weir::generate
