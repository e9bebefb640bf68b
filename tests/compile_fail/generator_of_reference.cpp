// expects: generator: T must be a plain value type: generator<std::string>, not generator<const std::string&>
#include "core/generator.h"

weir::generator<const int&> numbers();
auto first = numbers();
